fn g() {
    // ruleid: turbofish
    a.parse::<u8>();
    // ok: turbofish
    a.parse();
}
