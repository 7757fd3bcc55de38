//! One page of a file as the library sees it.
//!
//! **In:** the file, opened, and the number of a page. **Out:** what the library asks of a
//! file, for that page alone. **Unit:** bytes, operators.
//!
//! Two decisions live here. *The library asks for the table of all pages at every page*;
//! here it is given one row, so that many pages take no longer each than few. *What a page
//! may draw* is bounded ([`guard`]), what its forms draw included.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use unpdf::Result;
use unpdf::parser::backend::{
    BackendFontInfo, ContentOp, DecodedRun, DecodedText, GlyphAdvance, PageBox, PageContent,
    PageId, PaintedXObject, PdfBackend, PdfMetadataRaw, RawBackend, RawOutlineItem, RawXObject,
    ResourceScope,
};

use super::guard;
use crate::extract::limits::Limits;

/// One page of a file, and no more of its drawing than a page may ask for.
pub(super) struct OnePage<'a> {
    inner: &'a RawBackend,
    number: u32,
    id: PageId,
    limits: &'a Limits,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Operators of the forms painted so far. A form that paints another twice, which
    /// paints another twice, grows without end.
    operators: usize,
    /// Why the page is refused.
    refused: Option<String>,
}

impl<'a> OnePage<'a> {
    pub(super) fn new(inner: &'a RawBackend, number: u32, id: PageId, limits: &'a Limits) -> Self {
        Self {
            inner,
            number,
            id,
            limits,
            state: Mutex::default(),
        }
    }

    /// Why the page was refused while it was read; `None` where it was not.
    pub(super) fn into_refused(self) -> Option<String> {
        let state = self.state.into_inner();
        state.unwrap_or_else(PoisonError::into_inner).refused
    }

    /// True where the page may also paint that content.
    fn admits(&self, content: &[u8]) -> bool {
        let mut state = self.state();
        state.operators += guard::operators(content);
        if state.operators > guard::MOST_OPERATORS {
            state.refused.get_or_insert_with(guard::too_busy);
        }
        state.refused.is_none()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PdfBackend for OnePage<'_> {
    fn pages(&self) -> BTreeMap<u32, PageId> {
        BTreeMap::from([(self.number, self.id)])
    }

    fn page_fonts(&self, scope: ResourceScope) -> Result<Vec<BackendFontInfo>> {
        self.inner.page_fonts(scope)
    }

    fn page_content(&self, page: PageId) -> Result<Vec<u8>> {
        self.inner.page_content(page)
    }

    fn page_content_with_losses(&self, page: PageId) -> Result<PageContent> {
        self.inner.page_content_with_losses(page)
    }

    fn decode_content(&self, data: &[u8]) -> Result<Vec<ContentOp>> {
        if let Err(refused) = guard::check_content(data, self.limits) {
            self.state().refused.get_or_insert(refused);
            return Ok(Vec::new());
        }
        self.inner.decode_content(data)
    }

    fn decode_text(&self, scope: ResourceScope, font: &[u8], bytes: &[u8]) -> DecodedText {
        self.inner.decode_text(scope, font, bytes)
    }

    fn decode_run(&self, scope: ResourceScope, font: &[u8], bytes: &[u8]) -> DecodedRun {
        self.inner.decode_run(scope, font, bytes)
    }

    fn glyph_advances(
        &self,
        scope: ResourceScope,
        font: &[u8],
        bytes: &[u8],
    ) -> Option<Vec<GlyphAdvance>> {
        self.inner.glyph_advances(scope, font, bytes)
    }

    fn is_vertical_font(&self, scope: ResourceScope, font: &[u8]) -> bool {
        self.inner.is_vertical_font(scope, font)
    }

    fn metadata(&self) -> PdfMetadataRaw {
        self.inner.metadata()
    }

    fn page_box(&self, page: PageId) -> PageBox {
        self.inner.page_box(page)
    }

    fn crop_box(&self, page: PageId) -> PageBox {
        self.inner.crop_box(page)
    }

    fn page_rotation(&self, page: PageId) -> u16 {
        self.inner.page_rotation(page)
    }

    fn outline(&self) -> Result<Vec<RawOutlineItem>> {
        Ok(Vec::new())
    }

    fn page_xobjects(&self, page: PageId) -> Result<Vec<RawXObject>> {
        self.inner.page_xobjects(page)
    }

    fn xobject(&self, scope: ResourceScope, name: &[u8]) -> Option<PaintedXObject> {
        let painted = self.inner.xobject(scope, name)?;
        if let PaintedXObject::Form(form) = &painted {
            let content = form.content.as_deref().unwrap_or_default();
            return self.admits(content).then_some(painted);
        }
        Some(painted)
    }
}
