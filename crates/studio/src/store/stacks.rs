//! Stacks: the prints of one take, told by the lowest of their numbers. A model that makes one print at a
//! time has a job for each of them, so it is not the job that they have in common.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use crate::view::{Member, ViewRow};

/// Up to so many prints are looked up one by one; of more, the index is read whole, which is quicker.
const FEW: usize = 4_000;

/// The stack and the marks of each print, in the order asked.
pub(crate) fn of(sql: &Connection, rows: &[ViewRow]) -> Result<Vec<Member>, StoreError> {
    if rows.len() <= FEW {
        return rows.iter().map(|row| one(sql, row.seq)).collect();
    }
    let (lowest, marks) = (all(sql)?, marks(sql)?);
    let at = |list: &[u32], seq: i64| list.get(seq as usize).copied().unwrap_or_default();
    Ok(rows
        .iter()
        .map(|row| Member {
            // One without a job, or that came in a moment ago, stands by itself.
            stack: Some(at(&lowest, row.seq)).filter(|low| *low > 0).unwrap_or(row.seq as u32),
            marks: at(&marks, row.seq) as u8,
        })
        .collect())
}

fn one(sql: &Connection, seq: i64) -> Result<Member, StoreError> {
    let found = sql
        .prepare_cached(
            "SELECT (SELECT min(mate.seq) FROM asset JOIN job ON job.id = asset.job
                 JOIN job AS other ON (other.shot, other.take) = (job.shot, job.take)
                 JOIN asset AS mate ON mate.job = other.id WHERE asset.seq = f.seq),
               f.rating | (f.circled << 3)
             FROM print_fact AS f WHERE f.seq = ?1",
        )?
        .query_row([seq], |row| Ok((row.get::<_, Option<u32>>(0)?, row.get(1)?)))
        .optional()?;
    let (lowest, marks) = found.unwrap_or_default();
    Ok(Member { stack: lowest.unwrap_or(seq as u32), marks })
}

/// By its number: the lowest number of its take's prints; 0 where there is none.
fn all(sql: &Connection) -> Result<Vec<u32>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT asset.seq, job.shot, job.take FROM job JOIN asset ON asset.job = job.id
         ORDER BY job.shot, job.take",
    )?;
    let mut rows = query.query([])?;
    let (mut list, mut take, mut mates) = (room(sql)?, (String::new(), 0), Vec::new());
    while let Some(row) = rows.next()? {
        let (shot, n) = (row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?, row.get(2)?);
        if (shot, n) != (take.0.as_str(), take.1) {
            stack(&mut list, &mut mates);
            shot.clone_into(&mut take.0);
            take.1 = n;
        }
        mates.push(row.get(0)?);
    }
    stack(&mut list, &mut mates);
    Ok(list)
}

/// Notes the lowest of these numbers for each of them.
fn stack(list: &mut [u32], mates: &mut Vec<u32>) {
    let lowest = mates.iter().copied().min().unwrap_or_default();
    for seq in mates.drain(..) {
        put(list, seq, lowest);
    }
}

/// By its number: its stars, and 8 where it is circled.
fn marks(sql: &Connection) -> Result<Vec<u32>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT seq, rating | (circled << 3) FROM print_fact WHERE rating > 0 OR circled > 0",
    )?;
    let mut rows = query.query([])?;
    let mut list = room(sql)?;
    while let Some(row) = rows.next()? {
        put(&mut list, row.get(0)?, row.get(1)?);
    }
    Ok(list)
}

fn room(sql: &Connection) -> Result<Vec<u32>, StoreError> {
    let highest: Option<u32> = sql.query_row("SELECT max(seq) FROM asset", [], |row| row.get(0))?;
    Ok(vec![0; highest.unwrap_or_default() as usize + 1])
}

fn put(list: &mut [u32], seq: u32, value: u32) {
    if let Some(place) = list.get_mut(seq as usize) {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::Marks;
    use super::super::testkit::{Book, Made};
    use super::*;

    #[tokio::test]
    async fn looked_up_one_by_one_and_read_whole_they_are_the_same() {
        let book = Book::with(vec![Made::default(); 12]).await;
        book.store
            .write(|tx| {
                let marks = Marks { rating: Some(4), circled: Some(true), ..Marks::default() };
                tx.mark(&["ast_006".into()], &marks, 9)?;
                Ok(())
            })
            .await
            .unwrap();
        let file = book.folder.path().join("studio.db");
        let sql = Connection::open(&file).unwrap();
        // Two takes with four prints of one job each, one with two jobs; the ninth was taken in without any.
        sql.execute_batch(
            "UPDATE asset SET job = 'job_000' WHERE seq IN (1, 2, 3, 10);
             UPDATE asset SET job = 'job_004' WHERE seq BETWEEN 5 AND 8;
             UPDATE asset SET job = NULL WHERE seq = 9;
             UPDATE job SET shot = (SELECT shot FROM job WHERE id = 'job_010'), place = 2 WHERE id = 'job_011';",
        )
        .unwrap();
        let rows: Vec<ViewRow> =
            (1..=12).rev().map(|seq| ViewRow { seq, ratio: 1, day: 1 }).collect();
        let few = of(&sql, &rows).unwrap();
        let stacks: Vec<u32> = few.iter().map(|member| member.stack).collect();
        assert_eq!(stacks, [11, 11, 1, 9, 5, 5, 5, 5, 4, 1, 1, 1]);
        assert_eq!(few[5], Member { stack: 5, marks: 8 | 4 });
        let many: Vec<ViewRow> = rows.iter().copied().cycle().take(FEW + 1).collect();
        assert_eq!(of(&sql, &many).unwrap()[..12], few);
    }
}
