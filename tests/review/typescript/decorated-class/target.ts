// ruleid: decorated-class
@Module({ name: 'a' })
class A { run() { go(); } }
// ruleid: decorated-class
@Module({ name: 'b' })
export class B { }
// ok: decorated-class
@Other()
class C { }
