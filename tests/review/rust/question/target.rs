fn g() -> R {
    // ruleid: question
    f()?;
    // ok: question
    f();
}
