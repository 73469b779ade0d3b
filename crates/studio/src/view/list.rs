//! A whole view in few bytes: the numbers of its prints in order, their shapes, and where days begin.

use super::Sort;

/// What the answer begins with: its kind and version.
const MAGIC: [u8; 4] = *b"RSV1";
/// The same with the stack and the marks of each print.
const STACKED: [u8; 4] = *b"RSV2";

/// The prints of a view, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewList {
    /// In the order of the view.
    pub rows: Vec<ViewRow>,
    /// Where each day begins. One entry without a day where the view is not ordered by time.
    pub days: Vec<Day>,
}

/// A print as a grid needs it to lay itself out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewRow {
    /// Its number.
    pub seq: i64,
    /// Width by height, times 1 000; 1 000 where it is not known.
    pub ratio: u16,
    /// Days since 1970-01-01, in the user's zone when it was saved.
    pub day: i32,
}

/// A print as a grid needs it to lay prints of one take on one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The lowest number among the prints of its take, its own where it has none.
    pub stack: u32,
    /// Its stars, and 8 more where it is circled.
    pub marks: u8,
}

/// Where a day begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Days since 1970-01-01; `i32::MIN` for a view that is not ordered by time.
    pub day: i32,
    /// Place of its first print.
    pub from: u32,
}

impl ViewList {
    /// Finds the days of rows that stand in this order. No day comes twice: after a flight to the west
    /// or a clock set back, prints stay under the day that was under way.
    pub fn new(rows: Vec<ViewRow>, sort: Sort) -> Self {
        let mut days: Vec<Day> = Vec::new();
        match sort {
            Sort::Newest | Sort::Oldest => {
                for (place, row) in rows.iter().enumerate() {
                    let begins = days.last().is_none_or(|last| match sort {
                        Sort::Oldest => row.day > last.day,
                        _ => row.day < last.day,
                    });
                    if begins {
                        days.push(Day { day: row.day, from: place as u32 });
                    }
                }
            }
            Sort::Rating | Sort::Cost | Sort::Render | Sort::Fit if !rows.is_empty() => {
                days.push(Day { day: i32::MIN, from: 0 });
            }
            Sort::Rating | Sort::Cost | Sort::Render | Sort::Fit => {}
        }
        Self { rows, days }
    }

    /// `RSV1`, count, days, revision, then the days, the numbers and the ratios; all little endian.
    pub fn to_bytes(&self, revision: u32) -> Vec<u8> {
        let mut out = self.begun(MAGIC, revision, 6);
        self.put_ratios(&mut out);
        out
    }

    /// `RSV2`: the same with the stacks before the ratios and the marks after them. `members` are its
    /// prints, in its order.
    pub fn to_stacked_bytes(&self, revision: u32, members: &[Member]) -> Vec<u8> {
        let mut out = self.begun(STACKED, revision, 11);
        for member in members {
            out.extend_from_slice(&member.stack.to_le_bytes());
        }
        self.put_ratios(&mut out);
        out.extend(members.iter().map(|member| member.marks));
        out
    }

    /// All that comes before the ratios, or before the stacks.
    fn begun(&self, magic: [u8; 4], revision: u32, bytes_each: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(16 + self.days.len() * 8 + self.rows.len() * bytes_each);
        out.extend_from_slice(&magic);
        for number in [self.rows.len() as u32, self.days.len() as u32, revision] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for day in &self.days {
            out.extend_from_slice(&day.day.to_le_bytes());
            out.extend_from_slice(&day.from.to_le_bytes());
        }
        for row in &self.rows {
            out.extend_from_slice(&(row.seq as u32).to_le_bytes());
        }
        out
    }

    fn put_ratios(&self, out: &mut Vec<u8>) {
        for row in &self.rows {
            out.extend_from_slice(&row.ratio.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: i64, day: i32) -> ViewRow {
        ViewRow { seq, ratio: 1_500, day }
    }

    fn days(list: &ViewList) -> Vec<(i32, u32)> {
        list.days.iter().map(|day| (day.day, day.from)).collect()
    }

    #[test]
    fn no_day_comes_twice() {
        // Saved on day 7 in Tokyo, then on day 6 in Lima, then on day 7 there.
        let rows = vec![row(4, 7), row(3, 6), row(2, 7), row(1, 5)];
        let newest = ViewList::new(rows.clone(), Sort::Newest);
        assert_eq!(days(&newest), [(7, 0), (6, 1), (5, 3)]);
        let oldest = ViewList::new(rows.into_iter().rev().collect(), Sort::Oldest);
        assert_eq!(days(&oldest), [(5, 0), (7, 1)]);
    }

    #[test]
    fn the_bytes_are_as_the_window_reads_them() {
        let list = ViewList::new(vec![row(0x0102, -1)], Sort::Newest);
        let mut wanted = b"RSV1\x01\0\0\0\x01\0\0\0\x07\0\0\0".to_vec();
        wanted.extend_from_slice(b"\xff\xff\xff\xff\0\0\0\0\x02\x01\0\0\xdc\x05");
        assert_eq!(list.to_bytes(7), wanted);
        let members = [Member { stack: 0x0304, marks: 12 }];
        let mut stacked = b"RSV2\x01\0\0\0\x01\0\0\0\x07\0\0\0".to_vec();
        stacked.extend_from_slice(b"\xff\xff\xff\xff\0\0\0\0\x02\x01\0\0\x04\x03\0\0\xdc\x05\x0c");
        assert_eq!(list.to_stacked_bytes(7, &members), stacked);
        let rated = ViewList::new(vec![row(1, 5), row(2, 9)], Sort::Rating);
        assert_eq!(days(&rated), [(i32::MIN, 0)]);
        for sort in Sort::ALL {
            assert_eq!(ViewList::new(Vec::new(), sort).to_bytes(0).len(), 16);
        }
    }
}
