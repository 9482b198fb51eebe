//! Values under the formats that districts use, and under codes that mean nothing.

use proptest::prelude::*;

use super::{Format, built_in};

#[test]
fn numbers_look_as_in_the_sheet() {
    let cases: &[(&str, f64, &str)] = &[
        ("General", 2.75, "2.75"),
        ("0", 2.5, "3"),
        ("0.00", 1.005, "1.01"),
        ("0.00", -3.0, "-3.00"),
        ("#,##0", 1_234_567.0, "1,234,567"),
        ("#,##0.00", 999.999, "1,000.00"),
        ("#,##0", 12.0, "12"),
        ("0000", 42.0, "0042"),
        ("00000", 2134.0, "02134"),
        ("000-00-0000", 123_456_789.0, "123-45-6789"),
        ("(000) 000-0000", 5_550_100_234.0, "(555) 010-0234"),
        ("0%", 0.285, "29%"),
        ("0.0%", 0.125, "12.5%"),
        ("\"$\"#,##0.00", 2.75, "$2.75"),
        ("[$$-409]#,##0.00", 1250.0, "$1,250.00"),
        ("[$€-407] #,##0.00", 3.5, "€ 3.50"),
        ("_(\"$\"* #,##0.00_);_(\"$\"* (#,##0.00)", 1234.5, "$1,234.50"),
        ("_(\"$\"* #,##0.00_);_(\"$\"* (#,##0.00)", -1234.5, "$(1,234.50)"),
        ("0;(0);\"none\"", 0.0, "none"),
        ("0.0,", 12_345.0, "12.3"),
        ("0.00,,\" million\"", 12_345_678.0, "12.35 million"),
        ("0.##", 2.5, "2.5"),
        ("#.00", 0.5, ".50"),
        (".00", 12.5, "12.50"),
        ("0.00E+00", 12345.0, "1.23E+04"),
        ("0.0E+00", 9.97, "1.0E+01"),
        ("##0.0E+0", 12345.0, "12.3E+3"),
        ("# ?/?", 5.5, "5 1/2"),
        ("# ??/??", 0.75, "3/4"),
        ("# ?/8", 2.25, "2 2/8"),
        ("0\" miles\"", 2.0, "2 miles"),
        ("\"Room \"0", 12.0, "Room 12"),
        ("[Red]0;[Blue]-0", -4.0, "-4"),
        ("[<=9999999]000-0000;(000) 000-0000", 5_550_100.0, "555-0100"),
        ("[<0]\"owed \"0;0", -5.0, "owed 5"),
        ("[>100]0;0.0", -5.0, "-5.0"),
        (";;;", 7.0, ""),
        ("@", 7.0, "7"),
        ("\"closed\"", 7.0, "closed"),
    ];
    for (code, value, wanted) in cases {
        assert_eq!(
            Format::new(code).number(*value, false).trim(),
            *wanted,
            "{value} as {code}"
        );
    }
}

#[test]
fn dates_and_times_look_as_in_the_sheet() {
    let august_14_at_8_05 = 46_248.0 + (8.0 * 60.0 + 5.0) / 1_440.0;
    let cases: &[(&str, f64, &str)] = &[
        (built_in(14), august_14_at_8_05, "8/14/2026"),
        (built_in(22), august_14_at_8_05, "8/14/2026 8:05"),
        ("mm/dd/yy", august_14_at_8_05, "08/14/26"),
        ("dddd, mmmm d, yyyy", august_14_at_8_05, "Friday, August 14, 2026"),
        (
            "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
            46_241.0,
            "Friday, August 7, 2026",
        ),
        ("ddd d mmm", august_14_at_8_05, "Fri 14 Aug"),
        ("yyyy\\-mm\\-dd", august_14_at_8_05, "2026-08-14"),
        ("h:mm AM/PM", august_14_at_8_05, "8:05 AM"),
        ("h:mm AM/PM", 0.5, "12:00 PM"),
        ("h:mm a/p", 15.0 / 24.0, "3:00 P"),
        ("hh:mm:ss", 0.999_999_9, "00:00:00"),
        ("[h]:mm", 1.5, "36:00"),
        ("mm:ss.0", 0.001, "01:26.4"),
        ("h\"h\"mm", august_14_at_8_05, "8h05"),
        ("m/d/yyyy", 60.0, "2/29/1900"),
        ("m/d/yyyy", 59.0, "2/28/1900"),
        ("m/d/yyyy", 61.0, "3/1/1900"),
        ("m/d/yyyy", 1.0, "1/1/1900"),
        ("m/d/yyyy", -1.0, "########"),
        ("m/d/yyyy", 2_958_465.0, "12/31/9999"),
    ];
    for (code, value, wanted) in cases {
        assert_eq!(
            Format::new(code).number(*value, false),
            *wanted,
            "{value} as {code}"
        );
    }
    assert_eq!(Format::new("m/d/yyyy").number(44_786.0, true), "8/14/2026");
}

#[test]
fn texts_keep_to_their_section() {
    let cases = [
        ("General", "Oak", "Oak"),
        ("0;0;0;\"School: \"@", "Oak", "School: Oak"),
        (";;;", "Oak", ""),
        ("@\" Elementary\"", "Oak", "Oak Elementary"),
    ];
    for (code, text, wanted) in cases {
        assert_eq!(Format::new(code).text(text), wanted, "{text} as {code}");
    }
}

proptest! {
    #[test]
    fn any_code_shows_any_number(code in "[0#?.,%/@;yYmMdDhHsSeE+$_*\\\\\"\\[\\]<>=a-z é-]{0,24}", value in any::<f64>()) {
        let format = Format::new(&code);
        for value in [value, value % 1e6, 0.0, f64::MAX, f64::MIN_POSITIVE] {
            let shown = format.number(value, false);
            prop_assert!(shown.len() < 40_000);
        }
        format.text("text");
    }

    #[test]
    fn two_decimals_are_those_of_the_number(cents in 0u32..1_000_000_000) {
        let shown = Format::new("0.00").number(f64::from(cents) / 100.0, false);
        prop_assert_eq!(shown, format!("{}.{:02}", cents / 100, cents % 100));
    }
}
