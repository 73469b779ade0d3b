//! Cells of a grid: every combination of the places on its axes.

/// How many cells axes of these lengths make; without an axis there is one.
pub fn count(lengths: impl IntoIterator<Item = u64>) -> u64 {
    lengths.into_iter().fold(1, u64::saturating_mul)
}

/// All cells, the last axis turning first. To be counted before.
pub fn cells(lengths: &[u32]) -> Vec<Vec<u32>> {
    let mut cells = vec![Vec::with_capacity(lengths.len())];
    for length in lengths {
        cells = cells
            .iter()
            .flat_map(|cell| {
                (0..*length).map(|at| {
                    let mut next: Vec<u32> = cell.clone();
                    next.push(at);
                    next
                })
            })
            .collect();
    }
    cells
}
