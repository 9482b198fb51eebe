//! Which pages of a PDF are pictures of text: a machine reads nothing there, however well a person does.

/// A page with more letters and digits than this says something that can be read; a scanner's own stamp does not.
const LETTERS_MAX: usize = 60;
/// Pictures cover a scanned page this far.
const COVERAGE_MIN: f32 = 0.5;
/// Letters that are drawn as shapes take this many fillings a page; a chart takes fewer.
const FILLINGS_MIN: u32 = 600;

/// What a page shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageShows {
    pub number: u32,
    /// Letters and digits that could be read, recognised ones too.
    pub letters: usize,
    /// The share of the page that pictures cover.
    pub coverage: f32,
    pub fillings: u32,
}

/// Whether the page is a picture of text, as far as can be told without looking at the picture.
pub(super) fn is_scan(page: &PageShows) -> bool {
    page.letters <= LETTERS_MAX && (page.coverage >= COVERAGE_MIN || page.fillings >= FILLINGS_MIN)
}

/// The scanned pages, and whether they are so many that the file as a whole is a scan. A handbook with a photograph for
/// a cover is none.
pub(super) fn scanned(pages: &[PageShows]) -> (Vec<u32>, bool) {
    let scans: Vec<u32> = pages
        .iter()
        .filter(|page| is_scan(page))
        .map(|page| page.number)
        .collect();
    let hold_something = pages
        .iter()
        .filter(|page| page.letters > 0 || is_scan(page))
        .count();
    let whole = !scans.is_empty() && scans.len() * 2 >= hold_something;
    (scans, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(shown: &[(usize, f32, u32)]) -> Vec<PageShows> {
        (1..)
            .zip(shown)
            .map(|(number, (letters, coverage, fillings))| PageShows {
                number,
                letters: *letters,
                coverage: *coverage,
                fillings: *fillings,
            })
            .collect()
    }

    #[test]
    fn scans_are_told_from_pictures_charts_and_blank_pages() {
        let cases = [
            (vec![(0, 1.0, 0)], vec![1], true),
            // The stamp of a scanning program is no text layer.
            (vec![(22, 0.98, 0), (22, 0.97, 0)], vec![1, 2], true),
            // Letters as shapes.
            (vec![(0, 0.0, 2_000)], vec![1], true),
            // A photograph as the cover of a handbook.
            (vec![(0, 1.0, 0), (900, 0.0, 3), (1_200, 0.1, 0)], vec![1], false),
            // Half of it was scanned in.
            (vec![(900, 0.0, 0), (0, 0.9, 0)], vec![2], true),
            // A text on a picture of paper, recognised already.
            (vec![(1_500, 1.0, 0)], vec![], false),
            (vec![(0, 0.0, 0)], vec![], false),
            (vec![(30, 0.1, 40)], vec![], false),
            (vec![], vec![], false),
        ];
        for (shown, wanted, whole) in cases {
            assert_eq!(scanned(&pages(&shown)), (wanted, whole), "{shown:?}");
        }
    }
}
