class A {
    // ruleid: annotation-arguments
    @RequestMapping(value = "/", method = GET)
    void a() { }
    // ok: annotation-arguments
    @RequestMapping("/")
    void b() { }
}
