//! What an error implies for a job that has other steps. Pure.

use rushes_providers::{Kind, Wire};

use super::classify::{Class, sort};
use crate::view::Charge;

/// What follows from a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It passes, or someone mends it: the same endpoint again, later.
    Wait,
    /// This endpoint cannot do it, and nothing was or can be charged: another one may.
    NextStep,
    /// Neither waiting nor another endpoint is right without the user.
    Stop,
}

/// Decides. `charge` is what the failure left of the money: [`Charge::None`] where the submit was
/// declined, [`Charge::Released`] where accepted work failed and is paid back.
#[allow(clippy::match_same_arms)] // a table reads by its rows
pub fn disposition(kind: &Kind, wire: Wire, charge: Charge) -> Disposition {
    use Disposition::{NextStep, Stop, Wait};
    match charge {
        Charge::Reserved | Charge::Charged | Charge::Unknown => Stop,
        Charge::Released => match kind {
            Kind::Unavailable | Kind::Invalid { .. } | Kind::NotFound => NextStep,
            _ => Stop,
        },
        Charge::None => match (sort(wire), kind) {
            (Class::InDoubt, _) | (_, Kind::Refused) => Stop,
            (Class::Throttled, _) => Wait,
            (_, Kind::Invalid { .. } | Kind::NotFound) => NextStep,
            // A plain no that this dialect cannot read says nothing about another endpoint.
            (Class::Refused, Kind::Protocol) => Stop,
            _ => Wait,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::Disposition::{NextStep, Stop, Wait};
    use super::*;
    use crate::job::testkit::kinds;

    const CHARGES: [Charge; 5] =
        [Charge::None, Charge::Reserved, Charge::Charged, Charge::Released, Charge::Unknown];

    #[test]
    fn every_kind_has_its_row() {
        // Declined by a plain answer, never left this computer, and paid back after acceptance.
        let columns = [
            (Wire::Answered(422), Charge::None),
            (Wire::NotSent, Charge::None),
            (Wire::Answered(200), Charge::Released),
        ];
        let rows = [
            [Wait, Wait, Stop],             // Auth
            [Wait, Wait, Stop],             // Credit
            [Wait, Wait, Stop],             // RateLimited
            [Stop, Stop, Stop],             // Refused
            [NextStep, NextStep, NextStep], // Invalid
            [NextStep, NextStep, NextStep], // NotFound
            [Wait, Wait, NextStep],         // Unavailable
            [Wait, Wait, Stop],             // Network
            [Stop, Wait, Stop],             // Protocol
        ];
        for (kind, row) in kinds().iter().zip(rows) {
            for ((wire, charge), expected) in columns.into_iter().zip(row) {
                assert_eq!(
                    disposition(kind, wire, charge),
                    expected,
                    "{kind:?} {wire:?} {charge:?}"
                );
            }
        }
    }

    #[test]
    fn money_that_may_be_gone_stops_whatever_the_error_says() {
        let wires = (100..600).map(Wire::Answered).chain([Wire::NotSent, Wire::Unanswered]);
        for wire in wires {
            for kind in kinds() {
                for charge in CHARGES {
                    let open =
                        matches!(charge, Charge::Reserved | Charge::Charged | Charge::Unknown)
                            || (charge == Charge::None && sort(wire) == Class::InDoubt);
                    if open {
                        let decided = disposition(&kind, wire, charge);
                        assert_eq!(decided, Stop, "{kind:?} {wire:?} {charge:?}");
                    }
                }
            }
        }
    }
}
