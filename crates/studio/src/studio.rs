//! The studio: its parts put together, opened and closed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use rushes_providers::Net;
use rushes_providers::types::{Price, Webhook};
use rushes_words::Language;
use serde_json::Value;
use tokio::sync::{Mutex, broadcast, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::api;
use crate::camera::Camera;
use crate::catalog::{Entry, merge};
use crate::chance;
use crate::clock::Clock;
use crate::copies::Copies;
use crate::engine::{Embedded, Engine, Lines};
use crate::gallery::{self, Gallery};
use crate::http::{Desk, Door, DoorConfig, Hooks, MediaFile, OpenDoor, Upload, Variant};
use crate::keys::{Keys, Vault};
use crate::library::{self, Library, LibraryError};
use crate::lock::Lock;
use crate::store::{self, Store, StoreError};
use crate::view::{ApiError, Change, Imported, Settings, VaultState};

/// How long quitting waits for an answer that is on the wire.
const GRACE: Duration = Duration::from_secs(5);
/// How often the day's copy of the job book and the room kept back on the disk are looked at.
const HOUR_MS: i64 = 3_600_000;
/// How long after the start the lists of models are looked at: the window comes first.
const FIRST_LOOK_MS: i64 = 20_000;
/// How long the keychain may take at start; it may be asking the user to unlock it.
pub(crate) const KEYCHAIN_PATIENCE: Duration = Duration::from_secs(20);

/// What a studio is opened with.
#[derive(Clone)]
pub struct Config {
    /// Where the job book and settings live.
    pub data: PathBuf,
    /// The media folder. Where it was moved from there, it is opened where it went.
    pub library: PathBuf,
    /// Where keys are kept.
    pub vault: Arc<dyn Vault>,
    /// Starts the sandbox when it is first needed.
    pub embedded: Option<Arc<dyn Embedded>>,
    /// The loopback door.
    pub door: DoorConfig,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The way out to providers.
    pub net: Arc<dyn Net>,
    /// What is spoken where the user leaves that to the system.
    pub language: Language,
}

/// Why a studio did not open. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the data folder.
    #[error("Rushes is already open with this data folder")]
    Locked,
    /// The data folder cannot be used.
    #[error("the folder {path} cannot be used: {source}")]
    Folder {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The media folder cannot be used.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The job book did not open.
    #[error(transparent)]
    Store(#[from] store::OpenError),
    /// The job book opened and could not be read.
    #[error(transparent)]
    Read(#[from] StoreError),
}

/// The open studio.
pub struct Studio {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) library: Library,
    pub(crate) lines: Arc<Lines>,
    pub(crate) engine: Arc<Engine>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) gallery: Gallery,
    pub(crate) copies: Arc<Copies>,
    pub(crate) camera: Arc<Camera>,
    entries: RwLock<Arc<Vec<Entry>>>,
    /// What providers said that inputs cost, by endpoint and inputs.
    pub(crate) quotes: std::sync::Mutex<HashMap<String, Price>>,
    vault: watch::Sender<Option<VaultState>>,
    door: Mutex<Option<OpenDoor>>,
    hooks: Mutex<Option<Hooks>>,
    door_at: RwLock<Option<Door>>,
    /// What goes on beside the engine, until `closing`.
    beside: TaskTracker,
    closing: CancellationToken,
    _lock: Lock,
}

impl Studio {
    /// Opens the data folder and the library. Nothing is sent or resumed before
    /// [`Studio::start`].
    pub async fn open(config: Config) -> Result<Arc<Self>, OpenError> {
        // Until the book tells what the user chose.
        rushes_words::begin(config.language);
        make_private(&config.data)?;
        let folder = |source| OpenError::Folder { path: config.data.display().to_string(), source };
        let lock = Lock::take(&config.data).map_err(folder)?.ok_or(OpenError::Locked)?;
        let closed = |_| OpenError::Read(StoreError::Closed);
        let (path, root) =
            (config.data.join("studio.db"), library::whereabouts(&config.data, &config.library));
        let (place, stamp) = (root.clone(), store::backup::stamp(config.clock.now_ms()));
        let opened = chance::off_thread(move || {
            let trouble = store::staged::take_place(&path, &stamp).err();
            Store::open(&path, &place).map(|store| (store, trouble))
        });
        let (store, trouble) = opened.await.map_err(closed)??;
        if let Some(error) = &trouble {
            tracing::error!(%error, "the copy that was to take the job book's place did not");
        }
        let known = store.read(store::assets::some_paths).await?;
        let data = config.data.clone();
        let opened = chance::off_thread(move || {
            let library = Library::open_known(&root, &data.join("thumbs"), &known)?;
            if let Err(error) = library.carry_parts(&data) {
                // They are found where they are, and taken along another time.
                tracing::warn!(%error, "files on their way in are still at the old place");
            }
            Ok::<_, LibraryError>(library)
        })
        .await;
        let library = match opened.map_err(closed)? {
            Ok(library) => library,
            Err(error) => {
                store.close().await;
                return Err(error.into());
            }
        };
        let keys = Arc::new(Keys::new(config.vault.clone()));
        let lines = Arc::new(Lines::new(
            keys,
            config.embedded.clone(),
            config.data.join("sandbox"),
            config.net.clone(),
        ));
        let engine =
            Engine::new(store.clone(), library.clone(), lines.clone(), config.clock.clone());
        let studio = Arc::new(Self {
            clock: config.clock.clone(),
            store,
            library,
            lines,
            engine,
            gallery: Gallery::default(),
            copies: Arc::new(Copies::new(trouble.map(|error| error.to_string()))),
            camera: Arc::default(),
            entries: RwLock::new(Arc::new(Vec::new())),
            quotes: std::sync::Mutex::new(HashMap::new()),
            vault: watch::Sender::new(None),
            door: Mutex::new(None),
            hooks: Mutex::new(None),
            door_at: RwLock::new(None),
            beside: TaskTracker::new(),
            closing: CancellationToken::new(),
            _lock: lock,
            config,
        });
        let settings = studio.store.read(store::settings::settings).await?;
        rushes_words::choose(&settings.language);
        studio.load_addresses().await?;
        studio.load_entries().await?;
        Ok(studio)
    }

    /// Opens the door, tests the keychain in the background, and lets the engine pick up what an
    /// earlier run left.
    pub async fn start(self: &Arc<Self>) -> Result<(), ApiError> {
        let desk: Arc<dyn Desk> = self.clone();
        let open = OpenDoor::open(
            self.config.door.clone(),
            Arc::downgrade(&desk),
            Some(&self.config.data),
        )
        .await
        .map_err(|error| ApiError {
            code: "internal".into(),
            message: t!("Rushes could not open its own door on this computer.").into(),
            hint: t!("Another program may have the port. Start again, or choose another port.")
                .into(),
            detail: error.to_string(),
        })?;
        *self.door_at.write().unwrap_or_else(PoisonError::into_inner) = Some(open.door().clone());
        *self.door.lock().await = Some(open);
        self.test_vault();
        self.engine.start().await?;
        let settings = self.store.read(store::settings::settings).await?;
        if let Err(error) = self.receive_webhooks(&settings).await {
            // Polling goes on without it.
            tracing::warn!(%error, "the webhook receiver did not open");
        }
        self.keep_copies();
        self.keep_lists();
        self.beside.spawn(gallery::keep(
            Arc::downgrade(self),
            self.gallery.marked.clone(),
            self.clock.clone(),
            self.closing.clone(),
        ));
        Ok(())
    }

    /// Opens, moves or closes the receiver for webhooks, as these choices say.
    pub(crate) async fn receive_webhooks(&self, settings: &Settings) -> Result<(), ApiError> {
        let mut open = self.hooks.lock().await;
        self.lines.set_receiver(None);
        let Some(url) = public_address(&settings.webhook_url)? else {
            *open = None;
            return Ok(());
        };
        let port = settings.webhook_port;
        if open.as_ref().is_none_or(|open| open.port() != port) {
            *open = None;
            let (engine, lines) = (self.engine.clone(), self.lines.clone());
            let hooks = Hooks::open(port, engine, lines, self.clock.clone()).await;
            *open = Some(hooks.map_err(|error| {
                ApiError::new(
                    "invalid",
                    t!("The port {port} for webhooks can't be opened: {error}.", port, error),
                    t!("Choose another port, and lead your tunnel there."),
                )
            })?);
        }
        let secret = self.webhook_secret().await?;
        self.lines.set_receiver(Some(Webhook { url, secret }));
        Ok(())
    }

    /// The secret that providers sign with who let the submit choose it; made once.
    async fn webhook_secret(&self) -> Result<String, ApiError> {
        const NAME: &str = "webhook_secret";
        let kept = self.store.read(|sql| store::settings::kept(sql, NAME)).await?;
        if let Some(secret) = kept.as_ref().and_then(Value::as_str) {
            return Ok(secret.to_owned());
        }
        let secret = format!("{}{}", chance::id("hook"), chance::id("s"));
        let kept = Value::from(secret.clone());
        self.store.write(move |tx| tx.keep(NAME, &kept)).await?;
        Ok(secret)
    }

    /// Asks each provider that can be asked for its list of models, at most once a day. A list that
    /// does not come leaves the older one, with its date.
    fn keep_lists(self: &Arc<Self>) {
        let (studio, clock) = (Arc::downgrade(self), self.clock.clone());
        let closing = self.closing.clone();
        self.beside.spawn(async move {
            loop {
                tokio::select! {
                    () = closing.cancelled() => return,
                    () = clock.sleep_until(clock.now_ms() + FIRST_LOOK_MS) => {}
                }
                let Some(open) = studio.upgrade() else { return };
                tokio::select! {
                    () = closing.cancelled() => return,
                    () = api::refresh_lists(&open) => {}
                }
                drop(open);
                tokio::select! {
                    () = closing.cancelled() => return,
                    () = clock.sleep_until(clock.now_ms() + HOUR_MS) => {}
                }
            }
        });
    }

    /// Keeps the job book's copy of the day and its room on the disk, for as long as it is open.
    fn keep_copies(&self) {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        let closing = self.closing.clone();
        self.beside.spawn(async move {
            loop {
                let now = clock.now_ms();
                let (day, kept) = (crate::engine::day(now), store.clone());
                let made = tokio::task::spawn_blocking(move || {
                    kept.keep_room();
                    kept.back_up(&day)
                });
                match made.await {
                    Ok(Ok(_)) => {}
                    Ok(Err(error)) => tracing::error!(%error, "the job book was not copied"),
                    Err(error) => tracing::error!(%error, "the job book's copy stopped"),
                }
                tokio::select! {
                    () = closing.cancelled() => return,
                    () = clock.sleep_until(now + HOUR_MS) => {}
                }
            }
        });
    }

    /// Lets the engine pick up what an earlier run left, without a door, a keychain's test or a
    /// copy of the book: for simulations.
    pub async fn resume(&self) -> Result<(), ApiError> {
        Ok(self.engine.start().await?)
    }

    /// Waits a moment for answers on the wire, then leaves a true record.
    pub async fn shutdown(&self) {
        self.hooks.lock().await.take();
        self.engine.shutdown(GRACE).await;
        if let Some(door) = self.door.lock().await.take() {
            door.close().await;
        }
        self.closing.cancel();
        self.beside.close();
        if tokio::time::timeout(GRACE, self.beside.wait()).await.is_err() {
            tracing::warn!("the job book's copy was not finished");
        }
        // What is not written in time stays due.
        if let Ok(Err(error)) =
            tokio::time::timeout(GRACE, gallery::sidecars::write_last(self)).await
        {
            tracing::warn!(%error, "sidecars were not written");
        }
        self.store.close().await;
    }

    /// Runs one command of the API.
    pub async fn call(&self, name: &str, payload: Value) -> Result<Value, ApiError> {
        api::dispatch(self, name, payload).await
    }

    /// Committed changes from now on. A receiver that lags must read everything again.
    pub fn changes(&self) -> broadcast::Receiver<Arc<Vec<Change>>> {
        self.store.changes()
    }

    /// Where the door is, once it is open.
    pub fn door(&self) -> Option<Door> {
        self.door_at.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where an asset's file is. A thumbnail is made when it is first asked for.
    pub async fn media_file(&self, asset: &str, variant: Variant) -> Result<MediaFile, ApiError> {
        let id = asset.to_owned();
        let row = self.store.read(move |sql| store::assets::row(sql, &id)).await?;
        let (library, id, present) = (self.library.clone(), row.id.clone(), row.present);
        let found = tokio::task::spawn_blocking(move || match variant {
            Variant::Original => {
                let path = library.path(&row.path)?;
                if path.is_file() {
                    Ok(MediaFile { path, content_type: row.media_type })
                } else {
                    Err(LibraryError::Gone { name: row.path })
                }
            }
            Variant::Thumb(size) => {
                let path = library.thumb_sized(&row.path, &row.id, size)?;
                let png = path.extension().is_some_and(|ending| ending == "png");
                Ok(MediaFile {
                    content_type: if png { "image/png" } else { "image/jpeg" }.into(),
                    path,
                })
            }
        });
        let found = found.await.map_err(|error| ApiError::internal(&error))?;
        // A thumbnail tells nothing of the file that it was made of.
        let there = match (&found, variant) {
            (Ok(_), Variant::Original) => Some(true),
            (Err(LibraryError::Gone { .. }), _) => {
                // Nothing is known of a file whose drive is away.
                self.library.here()?;
                Some(false)
            }
            _ => None,
        };
        if let Some(there) = there.filter(|there| *there != present) {
            gallery::presence::note(self, vec![(id, there)]).await?;
        }
        Ok(found?)
    }

    /// Every known endpoint.
    pub(crate) fn entries(&self) -> Arc<Vec<Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One endpoint.
    pub(crate) fn entry(&self, id: &str) -> Option<Entry> {
        self.entries().iter().find(|entry| entry.id == id).cloned()
    }

    /// Builds the catalogue anew from the bundled files, the kept live lists and the user's workflows.
    pub(crate) async fn load_entries(&self) -> Result<(), StoreError> {
        let (lists, own) = self
            .store
            .read(|sql| Ok((store::catalogues::all(sql)?, store::workflows::all(sql)?)))
            .await?;
        let mut entries = Vec::new();
        for provider in rushes_providers::all() {
            let manifest = provider.manifest();
            let list = lists.iter().find(|list| list.provider == manifest.id);
            let day = list.map(|list| crate::engine::day(list.fetched_at));
            let live = list.zip(day.as_deref()).map(|(list, day)| (list.models.as_slice(), day));
            let own = api::own_entries(*provider, &own).await;
            let offered = merge(manifest, live).into_iter();
            entries.extend(offered.filter(|entry| own.iter().all(|own| own.id != entry.id)));
            entries.extend(own);
        }
        *self.entries.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(entries);
        Ok(())
    }

    async fn load_addresses(&self) -> Result<(), StoreError> {
        for provider in rushes_providers::all() {
            let id = provider.manifest().id.clone();
            let record = self.store.read(move |sql| store::keys::record(sql, &id)).await?;
            self.lines.set_base_url(&record.provider, record.base_url);
        }
        let settings = self.store.read(store::settings::settings).await?;
        self.lines.set_in_flight(settings.in_flight);
        self.lines.set_per_minute(settings.per_minute);
        Ok(())
    }

    fn test_vault(self: &Arc<Self>) {
        let studio = Arc::downgrade(self);
        let keys = self.lines.keys().clone();
        // Not joined: a keychain that waits for its user cannot be called off.
        tokio::task::spawn_blocking(move || {
            let name = keys.name().to_owned();
            let state = match keys.self_test(KEYCHAIN_PATIENCE) {
                Ok(()) => VaultState { name, works: true, message: String::new() },
                Err(error) => VaultState {
                    name,
                    works: false,
                    message: format!("{} {}", error.message(), error.hint()),
                },
            };
            if let Some(studio) = studio.upgrade() {
                studio.vault.send_replace(Some(state));
            }
        });
    }

    /// The keychain's state, waiting at most `patience` for its test.
    pub(crate) async fn vault_state(&self, patience: Duration) -> VaultState {
        let mut state = self.vault.subscribe();
        let tested = tokio::time::timeout(patience, state.wait_for(Option::is_some)).await;
        match tested {
            Ok(Ok(state)) => state.clone(),
            _ => None,
        }
        .unwrap_or_else(|| VaultState {
            name: self.lines.keys().name().to_owned(),
            works: false,
            message: t!("The keychain has not answered yet. It may be asking you to unlock it.")
                .into(),
        })
    }
}

#[async_trait]
impl Desk for Studio {
    async fn call(&self, name: &str, payload: Value) -> Result<Value, ApiError> {
        Self::call(self, name, payload).await
    }

    fn changes(&self) -> broadcast::Receiver<Arc<Vec<Change>>> {
        Self::changes(self)
    }

    async fn media_file(&self, asset: &str, variant: Variant) -> Result<MediaFile, ApiError> {
        Self::media_file(self, asset, variant).await
    }

    async fn view(&self, query: &str, sort: &str, most: Option<u32>) -> Result<Bytes, ApiError> {
        api::view_bytes(self, query, sort, most, false).await
    }

    async fn stacked_view(
        &self,
        query: &str,
        sort: &str,
        most: Option<u32>,
    ) -> Result<Bytes, ApiError> {
        api::view_bytes(self, query, sort, most, true).await
    }

    async fn take_upload(
        &self,
        name: String,
        made_at: Option<i64>,
        bytes: Upload,
    ) -> Result<Imported, ApiError> {
        api::take_upload(self, name, made_at, bytes).await
    }

    async fn roll_picture(&self, id: &str) -> Option<Bytes> {
        let (camera, id) = (self.camera.clone(), id.to_owned());
        chance::off_thread(move || camera.small(&id)).await.ok().flatten()
    }

    fn glimpse(&self, job: &str) -> Option<Bytes> {
        self.engine.live().picture(job)
    }
}

/// The address without its last slash; None for none. https, or http on this computer.
fn public_address(typed: &str) -> Result<Option<String>, ApiError> {
    let typed = typed.trim().trim_end_matches('/');
    if typed.is_empty() {
        return Ok(None);
    }
    let fine = Url::parse(typed).is_ok_and(|url| {
        let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let plain = url.query().is_none() && url.fragment().is_none();
        plain && url.host_str().is_some() && (url.scheme() == "https" || here)
    });
    if fine {
        Ok(Some(typed.to_owned()))
    } else {
        Err(ApiError::new(
            "invalid",
            t!("That is no address that a provider could tell us at."),
            t!("Give the https address of your tunnel, or leave it empty."),
        ))
    }
}

/// Makes a folder that only the user may enter.
pub(crate) fn make_private(folder: &Path) -> Result<(), OpenError> {
    let made = std::fs::create_dir_all(folder);
    #[cfg(unix)]
    let made = made.and_then(|()| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
    });
    made.map_err(|source| OpenError::Folder { path: folder.display().to_string(), source })
}
