//! Reading typed values out of rows, and the texts that enums and JSON are stored as.

use std::fmt::Display;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::error::StoreError;

/// Typed reads by column name. A value that does not fit its type is a corrupt database, not a panic.
pub(super) trait Columns {
    fn text(&self, column: &str) -> Result<String, StoreError>;
    fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError>;
    fn number(&self, column: &str) -> Result<i64, StoreError>;
    fn optional_number(&self, column: &str) -> Result<Option<i64>, StoreError>;
    fn real(&self, column: &str) -> Result<f64, StoreError>;
    fn optional_real(&self, column: &str) -> Result<Option<f64>, StoreError>;
    fn bytes(&self, column: &str) -> Result<Vec<u8>, StoreError>;

    fn flag(&self, column: &str) -> Result<bool, StoreError> {
        Ok(self.number(column)? != 0)
    }

    /// A count, or another number that is never negative.
    fn count<N: TryFrom<i64>>(&self, column: &str) -> Result<N, StoreError> {
        fitting(column, self.number(column)?)
    }

    fn optional_count<N: TryFrom<i64>>(&self, column: &str) -> Result<Option<N>, StoreError> {
        self.optional_number(column)?
            .map(|number| fitting(column, number))
            .transpose()
    }

    fn at(&self, column: &str) -> Result<Timestamp, StoreError> {
        moment(column, self.number(column)?)
    }

    fn optional_at(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        self.optional_number(column)?
            .map(|us| moment(column, us))
            .transpose()
    }

    /// An id, a day, or whatever else is read back with `FromStr`.
    fn parsed<T>(&self, column: &str) -> Result<T, StoreError>
    where
        T: FromStr,
        T::Err: Display,
    {
        parse(column, &self.text(column)?)
    }

    fn optional_parsed<T>(&self, column: &str) -> Result<Option<T>, StoreError>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.optional_text(column)?
            .map(|text| parse(column, &text))
            .transpose()
    }

    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        from_json(column, &self.text(column)?)
    }

    fn optional_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, StoreError> {
        self.optional_text(column)?
            .map(|text| from_json(column, &text))
            .transpose()
    }

    /// A word of an enum, spelled as serde spells it.
    fn word<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        from_word(column, self.text(column)?)
    }

    fn optional_word<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, StoreError> {
        self.optional_text(column)?
            .map(|text| from_word(column, text))
            .transpose()
    }
}

impl Columns for AnyRow {
    fn text(&self, column: &str) -> Result<String, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn number(&self, column: &str) -> Result<i64, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn optional_number(&self, column: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn real(&self, column: &str) -> Result<f64, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn optional_real(&self, column: &str) -> Result<Option<f64>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn bytes(&self, column: &str) -> Result<Vec<u8>, StoreError> {
        Ok(self.try_get(column)?)
    }
}

/// A value as the JSON text it is stored as.
pub(super) fn json_text<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|cause| corrupt("a value to be stored", &cause))
}

pub(super) fn optional_json_text<T: Serialize>(value: Option<&T>) -> Result<Option<String>, StoreError> {
    value.map(json_text).transpose()
}

/// An enum's word, without the quotes that JSON puts around it.
pub(super) fn word_text<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(_) => Err(StoreError::Corrupt {
            what: "an enum that is not spelled as one word".to_owned(),
        }),
        Err(cause) => Err(corrupt("a word to be stored", &cause)),
    }
}

/// A size or a count for a BIGINT column. None that occurs comes near the limit.
pub(super) fn stored_count(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

fn corrupt(column: &str, cause: &dyn Display) -> StoreError {
    StoreError::Corrupt {
        what: format!("{column}: {cause}"),
    }
}

fn fitting<N: TryFrom<i64>>(column: &str, number: i64) -> Result<N, StoreError> {
    N::try_from(number).map_err(|_| corrupt(column, &format!("{number} is out of range")))
}

fn moment(column: &str, us: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(us).map_err(|cause| corrupt(column, &cause))
}

fn parse<T>(column: &str, text: &str) -> Result<T, StoreError>
where
    T: FromStr,
    T::Err: Display,
{
    text.parse().map_err(|cause| corrupt(column, &cause))
}

fn from_json<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|cause| corrupt(column, &cause))
}

fn from_word<T: DeserializeOwned>(column: &str, word: String) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(|cause| corrupt(column, &cause))
}

/// A day as it is stored.
pub(super) fn day_text(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}
