//! The studio speaks the language that the user chose, in failures of jobs and of commands. In a
//! file of its own, because the language belongs to the whole process.
#![allow(clippy::unwrap_used)]

mod support;

use rushes_studio::Studio;
use rushes_studio::api::types::{AppState, Settings};
use serde_json::json;
use support::{Peer, Room, call, rested, still};

async fn speak(studio: &Studio, language: &str) {
    let settings: Settings = call(studio, "get_settings", json!({})).await;
    let wanted = Settings { language: language.into(), ..settings };
    let kept: Settings = call(studio, "set_settings", json!(wanted)).await;
    assert_eq!(kept.language, language);
}

/// What a command says that cannot be done.
async fn refusal(studio: &Studio) -> (String, String) {
    let settings: Settings = call(studio, "get_settings", json!({})).await;
    let wanted = Settings { theme: "neon".into(), ..settings };
    let refused = studio.call("set_settings", json!(wanted)).await.unwrap_err();
    (refused.message, refused.hint)
}

#[tokio::test]
async fn failures_are_told_in_the_language_of_the_user() {
    let english =
        ("There is no theme “neon”.".to_owned(), "Choose system, dark or light.".to_owned());
    let japanese = (
        "テーマ「neon」はありません。".to_owned(),
        "system、dark、light のどれかを選んでください。".to_owned(),
    );
    let declined = json!([{"on": "submit", "times": 2, "answer": {"status": 400}}]);
    let (peer, room) = (Peer::start(json!({"rules": declined})).await, Room::new());
    let studio = room.open(&peer).await;
    let state: AppState = call(&studio, "app_state", json!({})).await;
    assert_eq!(state.system_language, "en");
    assert_eq!(refusal(&studio).await, english);

    speak(&studio, "ja").await;
    assert_eq!(refusal(&studio).await, japanese);
    let told = rested(&studio, &still(&studio).await).await.job;
    assert_eq!(
        (told.message.as_str(), told.hint.as_str()),
        (
            "Sandbox がこの設定を受け付けませんでした。課金されていません。プロバイダーの説明：Bad Request.",
            "指摘された項目を変更してから、もう一度試してください。"
        )
    );

    // The choice outlives the process's studio; what was written stays in its language.
    studio.shutdown().await;
    drop(studio);
    let studio = room.open(&peer).await;
    assert_eq!(refusal(&studio).await, japanese);
    speak(&studio, "system").await;
    assert_eq!(refusal(&studio).await, english);
    let again = rested(&studio, &told).await.job;
    assert_eq!(again.message, told.message);
    let english = rested(&studio, &still(&studio).await).await.job;
    assert_eq!(
        english.message,
        "Sandbox did not accept the settings. Not charged. It says: Bad Request."
    );

    let settings: Settings = call(&studio, "get_settings", json!({})).await;
    let wanted = Settings { language: "tlh".into(), ..settings };
    let refused = studio.call("set_settings", json!(wanted)).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.message.as_str()),
        ("invalid", "Rushes doesn't speak “tlh”.")
    );
    studio.shutdown().await;
}
