// ruleid: decorated-method
class A {
  @Get('/a')
  list() { go(); }
}
// ok: decorated-method
class B {
  @Post('/b')
  add() { go(); }
}
