//! A number by its decimal digits: the fifteen that a sheet keeps, moved and rounded as a person would.
//!
//! Binary fractions would show 1.005 as 1.00 where the sheet shows 1.01.

/// More digits than this mean nothing in a sheet.
const DIGITS: usize = 15;
/// A cell without a format shows so many digits and points at most.
const GENERAL_SIGNS_MAX: usize = 11;

#[derive(Clone, Debug, PartialEq)]
pub struct Decimal {
    /// Zero to nine, the first of them no zero; none at all for zero.
    digits: Vec<u8>,
    /// How many digits stand before the decimal point; negative for zeros after it.
    point: i32,
}

impl Decimal {
    /// The number without its sign.
    pub fn of(value: f64) -> Self {
        let written = format!("{:.*e}", DIGITS - 1, value.abs());
        let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        let mut digits: Vec<u8> = mantissa
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|b| b - b'0')
            .collect();
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let point = exponent.parse::<i32>().unwrap_or(0) + 1;
        let point = if digits.is_empty() { 0 } else { point };
        Self { digits, point }
    }

    pub fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The power of ten of its first digit.
    pub fn exponent(&self) -> i32 {
        self.point - 1
    }

    /// The number times ten to the power of `places`.
    pub fn times_ten(mut self, places: i32) -> Self {
        if !self.is_zero() {
            self.point = self.point.saturating_add(places);
        }
        self
    }

    /// The digits before the point, none for zero, and exactly `decimals` digits after it.
    pub fn rounded(&self, decimals: usize) -> (String, String) {
        let decimals_wanted = i32::try_from(decimals).unwrap_or(i32::MAX);
        let Ok(kept) = usize::try_from(self.point.saturating_add(decimals_wanted)) else {
            return (String::new(), "0".repeat(decimals));
        };
        let mut digits: Vec<u8> = self.digits.iter().copied().take(kept).collect();
        digits.resize(kept, 0);
        if self.digits.get(kept).is_some_and(|next| *next >= 5) {
            carry(&mut digits);
        }
        let written: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        // Fewer digits than decimals are wanted: zeros stand between the point and the first of them.
        let written = format!("{}{written}", "0".repeat(decimals.saturating_sub(written.len())));
        let (whole, rest) = written.split_at(written.len() - decimals);
        (whole.trim_start_matches('0').to_owned(), rest.to_owned())
    }
}

/// Add one at the last place.
fn carry(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
}

/// A number as a cell without a format shows it: at most eleven signs, or in powers of ten.
pub fn general(value: f64) -> String {
    let decimal = Decimal::of(value);
    let sign = if value < 0.0 { "-" } else { "" };
    let exponent = decimal.exponent();
    if decimal.is_zero() {
        return "0".into();
    }
    let whole_signs = usize::try_from(exponent + 1).unwrap_or(0).max(1);
    let decimals = if exponent < -4 {
        12
    } else {
        10usize.saturating_sub(whole_signs)
    };
    let (whole, rest) = decimal.rounded(decimals);
    let rest = rest.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { &whole };
    let signs = if rest.is_empty() {
        whole.len()
    } else {
        whole.len() + 1 + rest.len()
    };
    if signs > GENERAL_SIGNS_MAX || (rest.is_empty() && whole == "0") {
        return format!("{sign}{}", in_powers(&decimal));
    }
    if rest.is_empty() {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{rest}")
}

fn in_powers(decimal: &Decimal) -> String {
    let exponent = decimal.exponent();
    let (mut whole, mut rest) = decimal.clone().times_ten(-exponent).rounded(5);
    let mut exponent = exponent;
    if whole.len() > 1 {
        whole.truncate(1);
        rest = "00000".into();
        exponent += 1;
    }
    let rest = rest.trim_end_matches('0');
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{whole}{point}{rest}E{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_by_their_decimal_digits() {
        let cases = [
            (1.005, 2, "1", "01"),
            (0.285, 2, "", "29"),
            (2.5, 0, "3", ""),
            (0.5, 0, "1", ""),
            (0.04, 1, "", "0"),
            (0.05, 1, "", "1"),
            (999.995, 2, "1000", "00"),
            (0.0, 2, "", "00"),
            (1234.0, 1, "1234", "0"),
            (0.000_123, 5, "", "00012"),
            (1e20, 0, "100000000000000000000", ""),
            (f64::MIN_POSITIVE, 3, "", "000"),
        ];
        for (value, decimals, whole, rest) in cases {
            let wanted = (whole.to_owned(), rest.to_owned());
            assert_eq!(Decimal::of(value).rounded(decimals), wanted, "{value}");
        }
    }

    #[test]
    fn without_a_format_numbers_look_as_in_the_sheet() {
        let cases = [
            (0.0, "0"),
            (180.0, "180"),
            (-2.75, "-2.75"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333333"),
            (100.0 / 3.0, "33.33333333"),
            (12_345_678_901.0, "12345678901"),
            (123_456_789_012.0, "1.23457E+11"),
            (0.000_012_34, "0.00001234"),
            (0.000_012_345_678_9, "1.23457E-05"),
            (9_999_999_999.95, "10000000000"),
            (99_999_999_999.9, "1E+11"),
            (1e-20, "1E-20"),
            (9.999_999e30, "1E+31"),
        ];
        for (value, wanted) in cases {
            assert_eq!(general(value), wanted, "{value}");
        }
    }
}
