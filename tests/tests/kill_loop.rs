//! kill -9 of the real command at its calls to the system: what was paid is never lost and never
//! paid twice.
//!
//! RUSHES_KILL_POINTS says how many places to die (`all` for every one), RUSHES_KILL_POINT one
//! place to die again, as a failure names it, RUSHES_KILL_WORKERS how many runs go at a time.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fall over and tell of it")]

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::Instant;

use rushes_tests::calls::Kind;
use rushes_tests::judge::{self, Verdict};
use rushes_tests::peer::Peer;
use rushes_tests::rushes::Rushes;
use rushes_tests::trace::{self, Place};

/// Places to die when nothing else is asked; some fall behind the end of a run that made fewer calls.
const PLACES: usize = 660;
/// Of these, how many must have been reached.
const REACHED: usize = 580;
/// How many places a worker takes at a time.
const NEIGHBOURS: usize = 4;

const STILLS: &[&str] = &[
    "--json",
    "render",
    "boats",
    "--model",
    "wavespeed:sandbox/stills",
    "--set",
    "size=256x256",
    "--count",
    "2",
];
const EDIT: &[&str] = &[
    "--json",
    "render",
    "in gold",
    "--model",
    "wavespeed:sandbox/stills/edit",
    "--ref",
    "reference.png",
    "--set",
    "size=256x256",
];
const CLIP: &[&str] = &[
    "--json",
    "render",
    "--video",
    "waves",
    "--model",
    "wavespeed:sandbox/clips",
    "--set",
    "duration=1",
    "--set",
    "resolution=480p",
    "--detach",
];
const WAIT: &[&str] = &["--json", "jobs", "wait"];

/// A run to be killed, and what it finds when it starts.
#[derive(Debug, Clone, Copy)]
struct Scene {
    name: &'static str,
    args: &'static [&'static str],
    finds: Finds,
}

/// What a run finds when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finds {
    /// Not even folders.
    Nothing,
    /// A job book that knows the provider.
    Book,
    /// What another run left that was killed there.
    Wreck(&'static [&'static str], Place),
}

const SCENES: [Scene; 6] = [
    Scene { name: "first", args: WAIT, finds: Finds::Nothing },
    Scene { name: "stills", args: STILLS, finds: Finds::Book },
    Scene { name: "edit", args: EDIT, finds: Finds::Book },
    Scene { name: "clip", args: CLIP, finds: Finds::Book },
    // The second send is the first submit: from there on there is a doubt to look into.
    Scene { name: "doubt", args: WAIT, finds: Finds::Wreck(STILLS, (Kind::Send, 3)) },
    // The door's note and the note of where a file goes have names; the file has not.
    Scene { name: "rescue", args: WAIT, finds: Finds::Wreck(STILLS, (Kind::Name, 3)) },
];

/// One place to die.
#[derive(Debug, Clone, Copy)]
struct Point {
    scene: Scene,
    place: Place,
}

impl Point {
    fn name(&self) -> String {
        format!("{}:{}:{}", self.scene.name, self.place.0, self.place.1)
    }

    fn named(name: &str) -> Self {
        let [scene, kind, count] = name.split(':').collect::<Vec<_>>().try_into().unwrap();
        let scene = SCENES.into_iter().find(|known| known.name == scene).unwrap();
        Self { scene, place: (kind.parse().unwrap(), count.parse().unwrap()) }
    }
}

/// Folders as a scene begins.
struct Stage {
    rushes: Rushes,
    creates: Vec<serde_json::Value>,
}

/// A provider, and the stages that are set with it.
struct Worker {
    peer: Peer,
    stages: HashMap<&'static str, Stage>,
}

impl Worker {
    fn new() -> Self {
        Self { peer: Peer::start("0"), stages: HashMap::new() }
    }

    fn stage(&mut self, scene: Scene) -> &Stage {
        let peer = &self.peer;
        self.stages.entry(scene.name).or_insert_with(|| {
            let (rushes, before) = (peer.customer(), peer.creates().len());
            rushes.file("reference.png", &reference());
            if let Finds::Wreck(args, place) = scene.finds {
                assert!(trace::run(&rushes, args, Some(place)).killed, "{} is not set", scene.name);
            }
            Stage { rushes, creates: peer.creates().split_off(before) }
        })
    }

    fn fresh(&mut self, scene: Scene) -> (Rushes, Vec<serde_json::Value>) {
        if scene.finds == Finds::Nothing {
            return (self.peer.stranger(), Vec::new());
        }
        let stage = self.stage(scene);
        let creates = stage.creates.clone();
        let rushes = self.peer.customer_like(&self.stages[scene.name].rushes);
        rushes.file("reference.png", &reference());
        (rushes, creates)
    }

    /// How many calls of each kind a whole run makes.
    fn count(&mut self, scene: Scene) -> BTreeMap<Kind, usize> {
        let (rushes, _) = self.fresh(scene);
        let whole = trace::run(&rushes, scene.args, None);
        assert!(matches!(whole.ran.code, Some(0 | 3)), "{}: {:?}", scene.name, whole.ran);
        whole.counts
    }

    /// Kills a run and judges what it left. None when the run ended before it came there.
    fn kill(&mut self, point: Point) -> Result<Option<Verdict>, String> {
        let (rushes, earlier) = self.fresh(point.scene);
        let before = self.peer.creates().len();
        let traced = trace::run(&rushes, point.scene.args, Some(point.place));
        if !traced.killed {
            return Ok(None);
        }
        let creates = || [earlier.clone(), self.peer.creates().split_off(before)].concat();
        judge::judge(&rushes, &creates, &traced.ran).map(Some)
    }
}

/// A picture to start from.
fn reference() -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../icons/icon.png");
    std::fs::read(path).unwrap()
}

/// Places spread over all scenes and kinds.
fn spread(counts: &[(Scene, BTreeMap<Kind, usize>)], wanted: usize) -> Vec<Point> {
    let groups = counts
        .iter()
        .flat_map(|(scene, kinds)| kinds.iter().map(|(kind, count)| ((*scene, *kind), *count)));
    let places = trace::spread(groups, wanted).into_iter();
    places.map(|((scene, kind), n)| Point { scene, place: (kind, n) }).collect()
}

#[test]
fn no_kill_at_any_call_loses_a_render_or_pays_for_it_twice() {
    let began = Instant::now();
    let setting = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (points, floor) = if let Some(name) = setting("RUSHES_KILL_POINT") {
        (vec![Point::named(&name)], 0)
    } else {
        let mut worker = Worker::new();
        let counts: Vec<_> = SCENES.into_iter().map(|scene| (scene, worker.count(scene))).collect();
        let all: usize = counts.iter().flat_map(|(_, kinds)| kinds.values()).sum();
        for (scene, kinds) in &counts {
            println!("{:8}{kinds:?}", scene.name);
        }
        match setting("RUSHES_KILL_POINTS").as_deref() {
            Some("all") => (spread(&counts, all), all * 9 / 10),
            Some(number) => (spread(&counts, number.parse().unwrap()), 1),
            None => (spread(&counts, PLACES), REACHED),
        }
    };
    // A clean start spreads its polls over seconds, so that a core can carry many. Workers take few
    // neighbours at a time, which share a stage, and those first that have the most to wait for.
    let mut rounds: Vec<&[Point]> = points.chunks(NEIGHBOURS).collect();
    rounds.sort_by_key(|round| matches!(round[0].scene.finds, Finds::Wreck(..)));
    let rounds = Mutex::new(rounds);
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let hands = setting("RUSHES_KILL_WORKERS").map_or(cores * 8, |given| given.parse().unwrap());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..hands.min(points.len()) {
            scope.spawn(|| {
                let mut worker = Worker::new();
                loop {
                    let Some(round) = rounds.lock().unwrap().pop() else { return };
                    for point in round {
                        let verdict = worker.kill(*point);
                        done.lock().unwrap().push((*point, verdict));
                    }
                }
            });
        }
    });

    let mut kinds = BTreeMap::<Kind, usize>::new();
    let mut sum = Verdict::default();
    let mut broken = Vec::new();
    for (point, verdict) in done.into_inner().unwrap() {
        match verdict {
            Ok(None) => continue,
            Ok(Some(verdict)) => {
                sum.kept += verdict.kept;
                sum.doubted += verdict.doubted;
                sum.doubted_and_made += verdict.doubted_and_made;
            }
            Err(why) => broken.push(format!(
                "killed at {name}: {why}\n  again with: RUSHES_KILL_POINT={name} cargo test -p rushes-tests --test kill_loop",
                name = point.name()
            )),
        }
        *kinds.entry(point.place.0).or_default() += 1;
    }
    let reached: usize = kinds.values().sum();
    println!(
        "{reached} of {} places in {:.0} s: {kinds:?}",
        points.len(),
        began.elapsed().as_secs_f64()
    );
    println!("{sum:?}, {} broken", broken.len());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(reached >= floor, "only {reached} places were reached, not {floor}");
}
