//! Lists: one page, or all entries as a stream.

use futures_util::{Stream, TryStreamExt as _, stream};
use mintkey_domain::wire::ListPage;
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Client, Result, transport::Request};

/// The largest page that the API has.
const MAX_LIMIT: u32 = 100;

/// Which page of a list. The first 20 entries by default.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Page {
    /// The page's number, from 1.
    pub page: Option<u32>,
    /// Entries per page, 1 to 100.
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before, instead of a number.
    pub cursor: Option<String>,
}

impl Client {
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        filter: &impl Serialize,
        page: &Page,
    ) -> Result<ListPage<T>> {
        self.send(Request::new(Method::GET, path).query(filter).query(page)).await
    }

    /// All entries, from pages of the largest size. Each page is requested once the one before is used up.
    pub(crate) fn stream<'a, T: DeserializeOwned + 'a>(
        &'a self,
        path: String,
        filter: impl Serialize + 'a,
    ) -> impl Stream<Item = Result<T>> + 'a {
        let pages = stream::try_unfold(Some(None), move |cursor: Option<Option<String>>| {
            let request = Request::new(Method::GET, path.clone()).query(&filter);
            async move {
                let Some(cursor) = cursor else { return Ok(None) };
                let page = Page { page: None, limit: Some(MAX_LIMIT), cursor };
                let page: ListPage<T> = self.send(request.query(&page)).await?;
                let entries = stream::iter(page.data.into_iter().map(Ok));
                Ok(Some((entries, page.next_cursor.map(Some))))
            }
        });
        pages.try_flatten()
    }
}
