//! The suite, once for each way.

use serde_json::json;

use super::{GEMINI, body, link, request, task};
use crate::Kind;
use crate::conformance::Dialect;
use crate::types::RemoteOutput;

/// A pixel.
const PIXEL: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0,
    0, 0, 31, 21, 196, 137, 0, 0, 0, 13, 73, 68, 65, 84, 120, 218, 99, 100, 248, 207, 80, 15, 0, 3,
    134, 1, 128, 90, 52, 125, 107, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

fn shared() -> Dialect {
    Dialect {
        provider: &GEMINI,
        request: request("gemini-omni-1.2-flash", &json!({"prompt": "waves", "duration": 5})),
        task: task("v1_abc"),
        accepted: (body!("queued"), "v1_abc"),
        without_id: json!({"object": "interaction", "status": "queued"}),
        unfinished: vec![],
        unknown_word: None,
        done: (json!(null), vec![]),
        failed: vec![],
        refusal: |status, words| json!({"error": {"code": status, "message": words}}),
        ticket: None,
    }
}

mod pictures {
    use super::*;

    fn dialect() -> Dialect {
        let pixel = RemoteOutput::Inline { bytes: PIXEL.into() };
        Dialect {
            request: request("gemini-3.1-flash-image", &json!({"prompt": "x"})),
            accepted: (body!("image_success"), ""),
            without_id: json!({"usageMetadata": {"promptTokenCount": 9}}),
            done: (body!("image_success"), vec![pixel]),
            failed: vec![
                (body!("blocked"), Kind::Refused),
                (body!("image_blocked_prompt"), Kind::Refused),
                (body!("image_text_only"), Kind::Refused),
            ],
            ..shared()
        }
    }

    crate::conformance_tests!(dialect());
}

mod clips {
    use super::*;

    fn dialect() -> Dialect {
        let mut unknown_word = body!("running");
        unknown_word["status"] = "rehearsing".into();
        let file = "https://generativelanguage.googleapis.com/v1beta/files/v2:download?alt=media";
        Dialect {
            unfinished: vec![body!("queued"), body!("running")],
            unknown_word: Some(unknown_word),
            done: (body!("success"), vec![link(file)]),
            failed: vec![(body!("failed"), Kind::Unavailable)],
            ..shared()
        }
    }

    crate::conformance_tests!(dialect());
}

mod clips_of_older_jobs {
    use super::*;

    fn dialect() -> Dialect {
        let file = "https://generativelanguage.googleapis.com/v1beta/files/v1:download?alt=media";
        Dialect {
            task: task("models/veo-3.1-generate-preview/operations/abc"),
            unfinished: vec![body!("veo_submit"), body!("veo_running")],
            done: (body!("veo_success"), vec![link(file)]),
            failed: vec![
                (body!("veo_blocked"), Kind::Refused),
                (body!("veo_failed"), Kind::Unavailable),
            ],
            ..shared()
        }
    }

    crate::conformance_tests!(dialect(); polls_read_as_their_states, statuses_read_as_their_kinds);
}
