class A {
    // ruleid: lambda
    F a = (x) -> x;
    // ruleid: lambda
    F b = x -> x;
    // ok: lambda
    F c = x -> y;
}
