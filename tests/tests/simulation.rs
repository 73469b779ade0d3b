//! Hundreds of lives of the studio under storms, kills and a restless user, each drawn from a seed.
//!
//! `RUSHES_SIMULATION_SEED=n` plays one again and prints its story; `RUSHES_SIMULATION_SEEDS=n` plays
//! so many.
#![allow(clippy::print_stdout)] // a seed's story is what it is asked for

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rushes_tests::simulation::{Run, play};

/// How many seeds a plain run plays.
const SEEDS: u64 = 300;
/// A seed that takes longer is worth a look: it may turn in circles.
const SLOW: Duration = Duration::from_secs(20);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|n| n.parse().expect("a number"))
}

/// Each seed on a thread of its own, as its dice are the thread's.
fn play_alone(seed: u64) -> Run {
    std::thread::spawn(move || play(seed)).join().unwrap_or_else(|_| {
        panic!("seed {seed} panicked; play it again with RUSHES_SIMULATION_SEED={seed}")
    })
}

#[test]
fn no_seed_breaks_the_promise() {
    if let Some(seed) = number("RUSHES_SIMULATION_SEED") {
        let run = play_alone(seed);
        println!("{}", run.story);
        assert_eq!(run.faults, Vec::<String>::new(), "seed {seed}");
        return;
    }
    let seeds = number("RUSHES_SIMULATION_SEEDS").unwrap_or(SEEDS);
    let next = AtomicU64::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let runs: Vec<(u64, Run)> = std::thread::scope(|scope| {
        let worker = || {
            let mut runs = Vec::new();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= seeds {
                    return runs;
                }
                let began = Instant::now();
                let run = play_alone(seed);
                // A long run tells what it finds while it goes on.
                if !run.faults.is_empty() {
                    println!("seed {seed}: {}", run.faults.join("; "));
                }
                if began.elapsed() > SLOW {
                    println!("seed {seed} took {} s", began.elapsed().as_secs());
                }
                if (seed + 1).is_multiple_of(500) {
                    println!("seed {} of {seeds}", seed + 1);
                }
                runs.push((seed, run));
            }
        };
        let hands: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        hands.into_iter().flat_map(|hand| hand.join().expect("a worker ends")).collect()
    });
    let sum = |count: fn(&Run) -> usize| runs.iter().map(|(_, run)| count(run)).sum::<usize>();
    let (tasks, kills, doubts) =
        (sum(|run| run.tasks), sum(|run| run.kills), sum(|run| run.doubts));
    println!("{seeds} seeds: {tasks} tasks made, {kills} kills, {doubts} doubts");
    let broken: Vec<String> = runs
        .iter()
        .filter(|(_, run)| !run.faults.is_empty())
        .map(|(seed, run)| format!("seed {seed}: {}", run.faults.join("; ")))
        .collect();
    assert!(
        broken.is_empty(),
        "{} of {seeds} seeds broke the promise. Play one again with RUSHES_SIMULATION_SEED=n.\n{}",
        broken.len(),
        broken.join("\n")
    );
    // A sky without storms proves nothing.
    let enough = usize::try_from(seeds).expect("seeds fit") / 4;
    assert!(tasks >= enough && kills >= enough && doubts >= enough, "the weather was too fair");
}

#[test]
fn a_seed_plays_the_same_way_twice() {
    for seed in [3, 17, 40] {
        let (first, second) = (play_alone(seed), play_alone(seed));
        assert!(first.story == second.story, "seed {seed} has two stories");
    }
}
