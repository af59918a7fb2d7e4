//! What operators make of numbers.

use super::Constant;
use crate::lang::Arithmetic;

/// Operators on bits of whole numbers.
const ON_BITS: [&str; 6] = ["&", "|", "^", "<<", ">>", ">>>"];

/// What an operator makes of whole numbers. What overflows or divides by zero is a number that is not known.
pub(super) fn whole(
    arithmetic: &Arithmetic,
    operator: &str,
    left: Option<i128>,
    right: Option<i128>,
) -> Option<Constant> {
    let divides = operator == "/" && arithmetic.divides_exactly;
    let counts = matches!(operator, "+" | "-" | "*" | "/" | "//" | "%" | "**");
    match (left, right) {
        _ if !counts && !ON_BITS.contains(&operator) => None,
        (Some(a), Some(b)) if divides => Some(quotient(arithmetic, a, b)),
        // A negative power is a fraction.
        (Some(_), Some(..=-1)) if operator == "**" => None,
        (Some(a), Some(b)) => {
            let width = width(arithmetic, operator, a, b);
            let result = width.and_then(|width| exact(arithmetic, operator, a, b, width));
            Some(Constant::Int(result))
        }
        // It may be a fraction.
        _ if divides || operator == "**" => None,
        _ => Some(Constant::Int(None)),
    }
}

/// What an operator makes of numbers with fractions.
pub(super) fn fraction(
    arithmetic: &Arithmetic,
    operator: &str,
    left: f64,
    right: f64,
) -> Option<Constant> {
    let result = match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "//" => (left / right).floor(),
        "%" if arithmetic.rounds_down => left - right * (left / right).floor(),
        "%" => left % right,
        "**" => left.powf(right),
        _ => return None,
    };
    Some(Constant::float(result))
}

/// The quotient with its fraction. Where all numbers are of one type, it is whole where it has none.
fn quotient(arithmetic: &Arithmetic, a: i128, b: i128) -> Constant {
    match a.checked_rem(b) {
        Some(0) if !arithmetic.widths.is_empty() => Constant::Int(Some(a / b)),
        _ => Constant::float(a as f64 / b as f64),
    }
}

/// Bits of the type in which an operator calculates, where its operands fit in one.
fn width(arithmetic: &Arithmetic, operator: &str, a: i128, b: i128) -> Option<u32> {
    let own = arithmetic.bits.filter(|_| ON_BITS.contains(&operator));
    let widths = own.as_ref().map_or(arithmetic.widths, std::slice::from_ref);
    let holds = |width: &u32| fits(a, *width) && fits(b, *width);
    match widths {
        [] => Some(i128::BITS),
        widths => widths.iter().copied().find(holds),
    }
}

/// Whether a number has at most `width` bits, the sign included.
fn fits(number: i128, width: u32) -> bool {
    let unused = i128::BITS - width;
    (number << unused) >> unused == number
}

/// The result that all implementations agree on, where it fits in `width` bits.
fn exact(arithmetic: &Arithmetic, operator: &str, a: i128, b: i128, width: u32) -> Option<i128> {
    let places = || u32::try_from(b).ok().filter(|&places| places < width - 1);
    let result = match operator {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "//" => rounded_down(a, b),
        "/" => a.checked_div(b),
        "%" if arithmetic.rounds_down => modulo(a, b),
        "%" => a.checked_rem(b),
        "**" => a.checked_pow(u32::try_from(b).ok()?),
        "&" => Some(a & b),
        "|" => Some(a | b),
        "^" => Some(a ^ b),
        "<<" => a.checked_mul(1 << places()?),
        ">>" => Some(a >> places()?),
        ">>>" if a >= 0 => Some(a >> places()?),
        _ => None,
    };
    result.filter(|&result| fits(result, width))
}

fn rounded_down(a: i128, b: i128) -> Option<i128> {
    let quotient = a.checked_div(b)?;
    let is_above = a % b != 0 && (a < 0) != (b < 0);
    Some(if is_above { quotient - 1 } else { quotient })
}

fn modulo(a: i128, b: i128) -> Option<i128> {
    let remainder = a.checked_rem(b)?;
    let is_of_dividend = remainder != 0 && (remainder < 0) != (b < 0);
    Some(if is_of_dividend {
        remainder + b
    } else {
        remainder
    })
}
