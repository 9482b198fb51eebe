//! How often sign-in may be tried: per account and address together, so that nobody can lock somebody else out.
//!
//! A second, wider limit per address stops trying one password on many accounts.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

const WINDOW: SignedDuration = SignedDuration::from_mins(15);
const PER_ACCOUNT_AND_ADDRESS: usize = 5;
/// A whole school may share one address; only attempts that failed stay counted.
const PER_ADDRESS: usize = 60;
/// Bound on what is remembered; the longest quiet is forgotten first.
const REMEMBERED_MAX: usize = 20_000;

/// Too many attempts; the next is looked at after this many seconds, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts to sign in; try again in {retry_after_seconds} seconds")]
pub struct Wait {
    pub retry_after_seconds: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    AccountAndAddress(String, IpAddr),
    Address(IpAddr),
}

/// The attempts of the last minutes.
#[derive(Debug, Default)]
pub struct SignInAttempts {
    recent: HashMap<Key, VecDeque<Timestamp>>,
}

impl SignInAttempts {
    /// Counts an attempt before the password is looked at, so that many at once gain nothing.
    pub fn begin(&mut self, now: Timestamp, account: &str, address: IpAddr) -> Result<(), Wait> {
        let network = network_of(address);
        let limits = [
            (
                Key::AccountAndAddress(account.to_owned(), network),
                PER_ACCOUNT_AND_ADDRESS,
            ),
            (Key::Address(network), PER_ADDRESS),
        ];
        for (key, limit) in &limits {
            self.room_for(now, key, *limit)?;
        }
        for (key, _) in limits {
            self.recent.entry(key).or_default().push_back(now);
        }
        self.forget_beyond_bound();
        Ok(())
    }

    /// Forgets the account's attempts from this address once its owner has shown the password.
    pub fn succeeded(&mut self, account: &str, address: IpAddr) {
        let network = network_of(address);
        self.recent
            .remove(&Key::AccountAndAddress(account.to_owned(), network));
        if let Some(attempts) = self.recent.get_mut(&Key::Address(network)) {
            attempts.pop_back();
        }
    }

    fn room_for(&mut self, now: Timestamp, key: &Key, limit: usize) -> Result<(), Wait> {
        let Some(attempts) = self.recent.get_mut(key) else {
            return Ok(());
        };
        while attempts
            .front()
            .is_some_and(|first| now.duration_since(*first) >= WINDOW)
        {
            attempts.pop_front();
        }
        match attempts.front() {
            Some(first) if attempts.len() >= limit => {
                let left = WINDOW - now.duration_since(*first);
                // Rounded up: a client that comes back exactly then must find room.
                let milliseconds = u64::try_from(left.as_millis()).unwrap_or_default();
                Err(Wait {
                    retry_after_seconds: milliseconds.div_ceil(1000).max(1),
                })
            }
            _ => Ok(()),
        }
    }

    fn forget_beyond_bound(&mut self) {
        if self.recent.len() <= REMEMBERED_MAX {
            return;
        }
        let mut quiet: Vec<(Timestamp, Key)> = self
            .recent
            .iter()
            .map(|(key, attempts)| (attempts.back().copied().unwrap_or(Timestamp::MIN), key.clone()))
            .collect();
        quiet.sort_by_key(|(last, _)| *last);
        for (_, key) in quiet.into_iter().take(REMEMBERED_MAX / 10) {
            self.recent.remove(&key);
        }
    }
}

/// One customer of an IPv6 provider has a whole /64 of addresses, so those count as one.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a second of our time")
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn the_sixth_attempt_waits_until_the_first_is_fifteen_minutes_old() {
        let mut attempts = SignInAttempts::default();
        for second in 0..5 {
            assert_eq!(attempts.begin(at(second), "ann@d", address(1)), Ok(()));
        }
        assert_eq!(
            attempts.begin(at(10), "ann@d", address(1)),
            Err(Wait {
                retry_after_seconds: 890
            })
        );
        assert_eq!(
            attempts.begin(at(899), "ann@d", address(1)),
            Err(Wait {
                retry_after_seconds: 1
            })
        );
        assert_eq!(attempts.begin(at(900), "ann@d", address(1)), Ok(()));
    }

    #[test]
    fn an_attacker_does_not_lock_the_owner_out() {
        let mut attempts = SignInAttempts::default();
        while attempts.begin(at(0), "ann@d", address(66)).is_ok() {}
        assert_eq!(attempts.begin(at(1), "ann@d", address(1)), Ok(()));
    }

    #[test]
    fn one_address_can_not_go_through_all_accounts() {
        let mut attempts = SignInAttempts::default();
        let tried = (0..1_000)
            .take_while(|n| attempts.begin(at(0), &format!("p{n}@d"), address(1)).is_ok())
            .count();
        assert_eq!(tried, PER_ADDRESS);
    }

    #[test]
    fn a_school_behind_one_address_can_sign_in_in_the_morning() {
        let mut attempts = SignInAttempts::default();
        for person in 0..500 {
            let account = format!("p{person}@d");
            assert_eq!(attempts.begin(at(person), &account, address(1)), Ok(()));
            attempts.succeeded(&account, address(1));
        }
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_as_one() {
        let mut attempts = SignInAttempts::default();
        let of = |last: u16| IpAddr::from([0x2001, 0xdb8, 1, 2, 3, 4, 5, last]);
        for last in 0..5 {
            assert_eq!(attempts.begin(at(0), "ann@d", of(last)), Ok(()));
        }
        assert!(attempts.begin(at(0), "ann@d", of(99)).is_err());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut attempts = SignInAttempts::default();
        for n in 0..60_000u32 {
            let [_, b, c, d] = n.to_be_bytes();
            let _ = attempts.begin(at(0), "ann@d", IpAddr::from([10, b, c, d]));
        }
        assert!(
            attempts.recent.len() <= REMEMBERED_MAX + 2,
            "{}",
            attempts.recent.len()
        );
    }

    proptest! {
        /// Whoever waits as long as told gets through.
        #[test]
        fn waiting_as_told_is_enough(gaps in proptest::collection::vec(0i64..400, 1..60)) {
            let mut attempts = SignInAttempts::default();
            let mut second = 0;
            for gap in gaps {
                second += gap;
                if let Err(wait) = attempts.begin(at(second), "ann@d", address(1)) {
                    prop_assert!(wait.retry_after_seconds >= 1 && wait.retry_after_seconds <= 900);
                    second += i64::try_from(wait.retry_after_seconds).expect("small");
                    prop_assert_eq!(attempts.begin(at(second), "ann@d", address(1)), Ok(()));
                }
            }
        }
    }
}
