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
    Watch { wanted: true, ..Watch::default() }
}

#[test]
fn a_finished_clip_is_told_once_with_its_time_and_price() {
    let mut watch = watching();
    assert_eq!(watch.see(&job(&json!({}))), None);
    assert_eq!(watch.rendering(), 1);
    let done = job(&json!({ "state": "completed", "phase": "succeeded", "finished_at": 122_000 }));
    let words = Words("Shot 152 is ready.".into(), "2:01, $0.35.".into());
    assert_eq!(watch.see(&done), Some(words));
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
    assert_eq!(watch.see(&doubt), Some(words));
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
