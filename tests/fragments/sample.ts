import type { Options } from 'options';
import { type Config, load } from 'config';
import fs = require('fs');
import Alias = Outer.Inner;

export type { Options };
export interface Exported { name: string }
export declare const declared: string;

// Types.
type Name = string;
type Pair<A, B = A> = [A, B];
type Either = 'left' | 'right' | null;
type Both = Named & { age: number };
type Callback = (error: Error | null, value?: number) => void;
type Constructor<T> = new (...args: any[]) => T;
type Keys = keyof Config;
type Lookup = Config['name'];
type Mapped = { readonly [K in keyof Config]?: Config[K] };
type Conditional<T> = T extends string ? 'text' : T extends (infer U)[] ? U : never;
type Template = `on${string}`;
type Query = typeof fs;
type Guarded = ReadonlyArray<Map<string, Set<number>>>;

interface Named {
  name: string;
  readonly id: number;
  nick?: string;
  greet(other: Named): string;
  (call: number): string;
  new (make: string): Named;
  [key: string]: unknown;
}

interface Extended extends Named, Partial<Config> {
  extra: string[];
}

enum Color { Red, Green = 'green', Blue = 1 << 2 }
const enum Direction { Up = 1, Down }
declare enum Ambient { A }

namespace Outer {
  export namespace Inner {
    export const value = 1;
  }
}

declare module 'untyped' {
  export function anything(x: any): any;
}

declare global {
  interface Window { extra: string }
}

declare function external(name: string): void;
declare let ambient: number;

// Variables.
let count: number = 1;
const names: string[] = ['a', 'b'];
let maybe: string | undefined;
var definite!: string;
const tuple: [string, number] = ['a', 1];
const literal = { a: 1, b: 'two' } as const;
const casted = maybe as string;
const doubly = maybe as unknown as number;
const asserted = <string>maybe;
const certain = maybe!;
const checked = { a: 1 } satisfies Record<string, number>;
const member = maybe!.length;
const generic = identity<string>('a');
const map = new Map<string, number>();
const nested = new Map<string, Array<Set<number>>>([]);

// Functions.
function identity<T>(value: T): T {
  return value;
}

function constrained<T extends Named, K extends keyof T = keyof T>(value: T, key: K): T[K] {
  return value[key];
}

function optional(a: string, b?: number, c: boolean = true, ...rest: string[]): void {
  console.log(a, b, c, rest);
}

function overloaded(value: string): string;
function overloaded(value: number): number;
function overloaded(value: any): any {
  return value;
}

function isNamed(value: unknown): value is Named {
  return typeof value === 'object';
}

function assertNamed(value: unknown): asserts value is Named {
  if (!value) throw new TypeError('not named');
}

function withThis(this: Window, { name, id }: Named, [first]: string[]) {
  return this.extra + name + id + first;
}

const typedArrow = (value: string): number => value.length;
const genericArrow = <T,>(value: T): T => value;
const asyncArrow = async (value: Promise<string>): Promise<string> => await value;

// Classes.
abstract class Shape {
  static readonly kinds: number = 0;
  protected abstract area(): number;
  abstract label: string;
  constructor(public readonly name: string, private scale = 1, protected other?: Shape) {}
  describe(): string {
    return `${this.name}: ${this.area()}`;
  }
}

@Component({ selector: 'circle' })
@Sealed
class Circle extends Shape implements Named, Comparable<Circle> {
  @Input() radius: number = 1;
  @Output() changed = new EventEmitter<number>();
  private static instances: Circle[] = [];
  private handler = (event: Event): void => { this.changed.emit(1); };
  declare tag: string;
  label!: string;
  hidden?: boolean;
  override readonly id: number = 1;
  [key: string]: unknown;

  constructor(radius: number, @Inject(TOKEN) private readonly token: Token) {
    super('circle');
    this.radius = radius;
  }

  protected area(): number {
    return Math.PI * this.radius ** 2;
  }

  @HostListener('click', ['$event'])
  public async onClick(event: MouseEvent): Promise<void> {
    await this.token.use(event as PointerEvent);
  }

  get diameter(): number { return this.radius * 2; }
  set diameter(value: number) { this.radius = value / 2; }

  static create<T extends Circle>(this: Constructor<T>, radius: number): T {
    return new this(radius);
  }
}

export default class Main<T> {
  private items = new Set<T>();
  add(item: T): this {
    this.items.add(item);
    return this;
  }
}

// Statements.
for (const name of names as string[]) {
  console.log(name!);
}

for (const key in literal) {
  console.log(literal[key as keyof typeof literal]);
}

for (let i = 0; i < names.length; i++) {
  if (names[i] === undefined) continue;
  console.log(names[i]?.length ?? 0);
}

switch (count as number) {
  case 1:
    console.log('one');
    break;
  default:
    console.log('other');
}

try {
  external('x');
} catch (error: unknown) {
  if (error instanceof Error) console.error(error.message);
} finally {
  console.log('done');
}

while (count < 10) {
  count++;
}

do {
  count -= 1;
} while (count > 0);

const handlers: Record<string, Callback> = {
  first(error, value) { console.log(error, value); },
  second: (error: Error | null) => { console.error(error); },
  third: function (error) { throw error; },
};

const router = express.Router();
router.get('/users/:id', async (req: Request, res: Response, next: NextFunction) => {
  const { id } = req.params;
  const rows = await db.query<User>(`SELECT * FROM users WHERE id = ${id}`);
  res.json(rows.map((row: User) => row.name));
});

promise
  .then((value: string) => value.trim())
  .catch((error: Error) => console.error(error));

export const selector = (state: State) => state.items.filter((item) => item.done);
export async function save(item: Item): Promise<void> {
  await repository.save({ ...item, saved: true });
}
export function* walk(node: Tree): Generator<Tree> {
  yield node;
  for (const child of node.children) yield* walk(child);
}
export const enum Level { Low, High }
export abstract class Repository<T> {
  abstract find(id: string): Promise<T | undefined>;
}
