use serde_json::{Value, json};

use super::*;

fn job(changes: &Value) -> Change {
    let mut job = json!({
        "id": "job_1", "shot": "shot_1", "shot_number": 152, "take": 1, "index": 1,
        "state": "running", "phase": "accepted", "endpoint": "p:m", "model_name": "M",
        "provider": "p", "provider_name": "P", "modality": "video", "sandbox": false,
        "prompt": "waves", "inputs": {}, "references": [], "seed": 7,
        "price": { "micros": 350_000, "currency": "USD", "exact": true }, "charge": "reserved",
        "licence": { "commercial": "yes", "name": null, "url": null, "read_on": null },
        "output_terms": { "commercial": "unknown", "name": null, "url": null, "read_on": null },
        "remote_id": "r", "created_at": 0,
        "started_at": 1_000, "accepted_at": 1_500, "finished_at": null, "wait_until": null,
        "message": "", "hint": "", "cause": "", "prints": [], "estimate": null,
        "route": null, "step": 0, "tries": 1, "needs_you": false,
    });
    for (name, value) in changes.as_object().expect("an object") {
        job[name] = value.clone();
    }
    let job: Job = serde_json::from_value(job).expect("a job");
    Change::Job { job }
}

fn watching() -> Watch {
    Watch { wanted: true, wanted_needs: true, ..Watch::default() }
}

#[test]
fn a_finished_clip_is_told_once_with_its_time_and_price() {
    let mut watch = watching();
    assert_eq!(watch.see(&job(&json!({}))), None);
    assert_eq!(watch.rendering(), 1);
    let done = job(&json!({ "state": "completed", "phase": "succeeded", "finished_at": 122_000 }));
    let words = Words("Shot 152 is ready.".into(), "2:01, $0.35.".into());
    let news = watch.see(&done).expect("news");
    assert_eq!((&news.words, news.shot, news.needs_you), (&words, 152, false));
    assert_eq!(together(&[news]), Some((words, None)));
    assert_eq!(watch.see(&done), None);
    assert_eq!(watch.rendering(), 0);
}

#[test]
fn a_picture_is_not_told() {
    let mut watch = watching();
    watch.see(&job(&json!({ "modality": "image" })));
    assert_eq!(watch.see(&job(&json!({ "modality": "image", "state": "completed" }))), None);
}

#[test]
fn a_job_that_needs_a_person_is_told_once() {
    let mut watch = watching();
    watch.see(&job(&json!({})));
    let doubt = job(&json!({ "phase": "in_doubt", "message": "It may have run." }));
    let words = Words("Shot 152 needs you.".into(), "It may have run.".into());
    assert_eq!(watch.see(&doubt).map(|news| (news.words, news.needs_you)), Some((words, true)));
    assert_eq!(watch.see(&doubt), None);
    assert_eq!(watch.rendering(), 0, "it waits for a person, it does not render");
    let given_up = job(&json!({ "state": "failed", "phase": "in_doubt" }));
    assert_eq!(watch.see(&given_up), None, "told before");
}

#[test]
fn nothing_is_told_to_those_who_do_not_want_it() {
    let mut watch = Watch::default();
    watch.see(&job(&json!({})));
    assert_eq!(watch.see(&job(&json!({ "state": "completed" }))), None);
    let mut only_needs = Watch { wanted_needs: true, ..Watch::default() };
    only_needs.see(&job(&json!({})));
    assert!(only_needs.see(&job(&json!({ "phase": "in_doubt" }))).is_some());
    only_needs.see(&job(&json!({ "id": "job_2" })));
    assert_eq!(only_needs.see(&job(&json!({ "id": "job_2", "state": "completed" }))), None);
    let mut only_ready = Watch { wanted: true, ..Watch::default() };
    only_ready.see(&job(&json!({})));
    assert_eq!(only_ready.see(&job(&json!({ "phase": "in_doubt" }))), None);
}

fn news(shot: u32, needs_you: bool, micros: i64, currency: &str) -> News {
    News {
        shot,
        needs_you,
        price: Some(Price { micros, currency: currency.into(), exact: true }),
        print: Some(format!("print_{shot}")),
        words: Words(format!("Shot {shot}"), String::new()),
    }
}

#[test]
fn what_comes_close_together_is_told_at_once() {
    let told = |all: &[News]| {
        together(all)
            .map(|(Words(heading, line), print)| (heading, line, print.map(ToOwned::to_owned)))
    };
    assert_eq!(told(&[]), None);
    let (ready, needing) = (news(152, false, 350_000, "USD"), news(149, true, 0, "USD"));
    assert_eq!(
        told(&[ready.clone(), news(151, false, 700_000, "USD"), ready.clone()]),
        Some((
            "3 shots are ready.".into(),
            "Shots 151 and 152. $1.40.".into(),
            Some("print_152".into())
        ))
    );
    let (heading, line, _) = told(&[needing.clone(), ready.clone()]).expect("words");
    assert_eq!(
        (heading.as_str(), line.as_str()),
        ("1 shot is ready, 1 needs you.", "Shots 149 and 152. $0.35.")
    );
    let (heading, line, _) = told(&[needing.clone(), needing]).expect("words");
    assert_eq!((heading.as_str(), line.as_str()), ("2 shots need you.", "Shot 149."));
    let (_, line, _) = told(&[ready, news(153, false, 1_000_000, "EUR")]).expect("words");
    assert_eq!(line, "Shots 152 and 153.", "two currencies have no sum");
}

#[test]
fn what_is_under_way_is_listed_and_counted_until_nothing_is() {
    let mut watch = watching();
    assert_eq!(watch.progress(), None);
    for (id, at) in [("job_2", 2), ("job_1", 1), ("job_3", 3)] {
        watch.see(&job(&json!({ "id": id, "created_at": at, "prompt": "waves  at\ndusk" })));
    }
    watch.see(&job(
        &json!({ "id": "job_3", "created_at": 3, "phase": "in_doubt", "prompt": "x".repeat(60) }),
    ));
    let Standing { count, lines } = watch.standing();
    assert_eq!(count, "2 rendering");
    assert_eq!(lines[0], ("job_3".into(), format!("152·1, needs you: {}…", "x".repeat(40))));
    assert_eq!(lines[1], ("job_1".into(), "152·1: waves at dusk".into()));
    assert_eq!(watch.progress(), Some((0, 2)), "what needs a person is not at work");
    watch.see(&job(&json!({ "id": "job_1", "state": "completed" })));
    assert_eq!(watch.progress(), Some((1, 2)));
    watch.see(&job(&json!({ "id": "job_2", "state": "failed" })));
    assert_eq!(watch.progress(), None);
    assert_eq!(watch.standing().count, "nothing rendering");
    watch.see(&job(&json!({ "id": "job_4" })));
    assert_eq!(watch.progress(), Some((0, 1)), "what was over before is not counted again");
}

#[test]
fn of_many_eight_have_a_line_and_all_are_counted() {
    let mut watch = watching();
    for n in 0..20 {
        let phase = if n >= 18 { "in_doubt" } else { "accepted" };
        watch.see(&job(&json!({ "id": format!("job_{n:02}"), "created_at": n, "phase": phase })));
    }
    let Standing { count, lines } = watch.standing();
    assert_eq!((count.as_str(), watch.progress()), ("18 rendering", Some((0, 18))));
    let ids: Vec<&str> = lines.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(
        ids,
        ["job_18", "job_19", "job_00", "job_01", "job_02", "job_03", "job_04", "job_05"],
        "those that need a person, then the oldest"
    );
    // One of the listed ends: the next takes its line.
    watch.see(&job(&json!({ "id": "job_02", "state": "cancelled" })));
    let Standing { count, lines } = watch.standing();
    assert_eq!((count.as_str(), watch.progress()), ("17 rendering", Some((1, 18))));
    let ids: Vec<&str> = lines.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids[2..], ["job_00", "job_01", "job_03", "job_04", "job_05", "job_06"]);
    for n in 3..18 {
        watch.see(&job(&json!({ "id": format!("job_{n:02}"), "state": "completed" })));
    }
    assert_eq!((watch.standing().lines.len(), watch.progress()), (4, Some((16, 18))));
}

#[test]
fn a_job_that_goes_on_after_a_person_saw_to_it_is_at_work_again() {
    let mut watch = watching();
    for id in ["job_1", "job_2"] {
        watch.see(&job(&json!({ "id": id })));
    }
    watch.see(&job(&json!({ "id": "job_1", "phase": "in_doubt" })));
    assert_eq!((watch.standing().count.as_str(), watch.progress()), ("1 rendering", Some((0, 1))));
    watch.see(&job(&json!({ "id": "job_1", "phase": "accepted" })));
    let Standing { count, lines } = watch.standing();
    assert_eq!((count.as_str(), watch.progress()), ("2 rendering", Some((0, 2))));
    assert!(lines.iter().all(|(_, words)| words == "152·1: waves"), "{lines:?}");
    // One that waits for its turn is under way too; one that only a person can move leaves nothing at work.
    watch.see(&job(&json!({ "id": "job_2", "state": "queued", "phase": null })));
    assert_eq!(watch.progress(), Some((0, 2)));
    watch.see(&job(&json!({ "id": "job_1", "state": "completed" })));
    watch.see(&job(&json!({ "id": "job_2", "phase": "in_doubt" })));
    let Standing { count, lines } = watch.standing();
    assert_eq!((count.as_str(), watch.progress()), ("nothing rendering", None));
    assert_eq!(lines, [("job_2".into(), "152·1, needs you: waves".into())]);
    watch.see(&job(&json!({ "id": "job_2", "state": "cancelled" })));
    assert_eq!(watch.standing(), Watch::default().standing(), "nothing is left of it");
}

#[test]
fn what_was_under_way_before_anyone_looked_counts_and_what_was_over_does_not() {
    let of = |changes: &Value| match job(changes) {
        Change::Job { job } => job,
        other => panic!("{other:?}"),
    };
    let open = [
        of(&json!({ "id": "job_1", "created_at": 2 })),
        of(&json!({ "id": "job_2", "created_at": 1, "prompt": "x".repeat(40) })),
        of(&json!({ "id": "job_3", "created_at": 3, "phase": "in_doubt" })),
    ];
    let mut watch = Watch::new(&open, &Settings::default());
    let Standing { count, lines } = watch.standing();
    assert_eq!((count.as_str(), watch.progress()), ("2 rendering", Some((0, 2))));
    let words: Vec<&str> = lines.iter().map(|(_, words)| words.as_str()).collect();
    let whole = format!("152·1: {}", "x".repeat(40));
    assert_eq!(words, ["152·1, needs you: waves", &whole, "152·1: waves"]);
    watch.see(&job(&json!({ "id": "job_0", "state": "completed" })));
    assert_eq!(watch.progress(), Some((0, 2)), "it ended before anyone looked");
    watch.see(&job(&json!({ "id": "job_1", "state": "failed" })));
    watch.see(&job(&json!({ "id": "job_1", "state": "failed" })));
    assert_eq!(watch.progress(), Some((1, 2)), "told twice, counted once");
}

#[test]
fn a_goodbye_names_what_goes_on() {
    let mut watch = watching();
    assert_eq!(watch.goodbye(), None);
    watch.see(&job(&json!({})));
    let it = Words("1 render goes on without us.".into(), "We'll collect it next time.".into());
    assert_eq!(watch.goodbye(), Some(it));
    watch.see(&job(&json!({ "id": "job_2" })));
    let them = Words("2 renders go on without us.".into(), "We'll collect them next time.".into());
    assert_eq!(watch.goodbye(), Some(them));
    watch.see(&Change::Settings { settings: Settings { notify: false, ..Settings::default() } });
    assert_eq!(watch.goodbye(), None, "not wanted");
}

#[tokio::test(start_paused = true)]
async fn news_are_gathered_for_a_moment() {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    for shot in [1, 2] {
        sender.send(news(shot, false, 0, "USD")).expect("a receiver");
    }
    let later = async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        sender.send(news(3, false, 0, "USD")).expect("a receiver");
    };
    let shots = |all: Vec<News>| all.iter().map(|one| one.shot).collect::<Vec<_>>();
    let heard = async {
        let mut heard = Vec::new();
        while let Some(all) = gather(&mut receiver).await {
            heard.push(shots(all));
        }
        heard
    };
    assert_eq!(tokio::join!(later, heard).1, [vec![1, 2], vec![3]]);
}
