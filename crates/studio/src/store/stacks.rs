//! Stacks: the prints of one job, told by the lowest of their numbers, which never changes.

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
            "SELECT (SELECT min(mate.seq) FROM asset JOIN asset AS mate ON mate.job = asset.job WHERE asset.seq = f.seq),
               f.rating | (f.circled << 3)
             FROM print_fact AS f WHERE f.seq = ?1",
        )?
        .query_row([seq], |row| Ok((row.get::<_, Option<u32>>(0)?, row.get(1)?)))
        .optional()?;
    let (lowest, marks) = found.unwrap_or_default();
    Ok(Member { stack: lowest.unwrap_or(seq as u32), marks })
}

/// By its number: the lowest number of its job's prints; 0 where there is none.
fn all(sql: &Connection) -> Result<Vec<u32>, StoreError> {
    let mut query =
        sql.prepare_cached("SELECT seq, job FROM asset WHERE job IS NOT NULL ORDER BY job, seq")?;
    let mut rows = query.query([])?;
    let (mut list, mut job, mut lowest) = (room(sql)?, String::new(), 0);
    while let Some(row) = rows.next()? {
        let seq: u32 = row.get(0)?;
        let own = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        if own != job {
            own.clone_into(&mut job);
            lowest = seq;
        }
        put(&mut list, seq, lowest);
    }
    Ok(list)
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
        // Two takes with four prints each; the ninth was taken in without a job.
        sql.execute_batch(
            "UPDATE asset SET job = 'job_000' WHERE seq IN (1, 2, 3, 10);
             UPDATE asset SET job = 'job_004' WHERE seq BETWEEN 5 AND 8;
             UPDATE asset SET job = NULL WHERE seq = 9;",
        )
        .unwrap();
        let rows: Vec<ViewRow> =
            (1..=12).rev().map(|seq| ViewRow { seq, ratio: 1, day: 1 }).collect();
        let few = of(&sql, &rows).unwrap();
        let stacks: Vec<u32> = few.iter().map(|member| member.stack).collect();
        assert_eq!(stacks, [12, 11, 1, 9, 5, 5, 5, 5, 4, 1, 1, 1]);
        assert_eq!(few[5], Member { stack: 5, marks: 8 | 4 });
        let many: Vec<ViewRow> = rows.iter().copied().cycle().take(FEW + 1).collect();
        assert_eq!(of(&sql, &many).unwrap()[..12], few);
    }
}
