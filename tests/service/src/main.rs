//! The service of the tour.
fn main() {}
