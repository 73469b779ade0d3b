use super::commands::*;
use crate::Studio;
use crate::view::*;
type R<T> = Result<T, ApiError>;
pub(super) async fn view_rows(_: &Studio, _: ViewRows) -> R<Vec<Print>> { todo!() }
pub(super) async fn mark_prints(_: &Studio, _: MarkPrints) -> R<Marked> { todo!() }
pub(super) async fn undo_marks(_: &Studio, _: UndoMarks) -> R<Undone> { todo!() }
pub(super) async fn suggest(_: &Studio, _: Suggest) -> R<Offers> { todo!() }
pub(super) async fn read_query(_: &Studio, _: ReadQuery) -> R<QueryReading> { todo!() }
pub(super) async fn list_collections(_: &Studio, _: Nothing) -> R<Vec<Collection>> { todo!() }
pub(super) async fn save_collection(_: &Studio, _: SaveCollection) -> R<Collection> { todo!() }
pub(super) async fn delete_collection(_: &Studio, _: ById) -> R<Saved> { todo!() }
pub(super) async fn list_searches(_: &Studio, _: Nothing) -> R<Vec<SavedSearch>> { todo!() }
pub(super) async fn save_search(_: &Studio, _: SavedSearch) -> R<SavedSearch> { todo!() }
pub(super) async fn delete_search(_: &Studio, _: ByName) -> R<Saved> { todo!() }
pub(super) async fn empty_trash(_: &Studio, _: Nothing) -> R<Emptied> { todo!() }
