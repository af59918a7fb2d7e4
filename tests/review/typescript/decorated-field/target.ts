class A {
  // ruleid: decorated-field
  @Input() name: string;
  // ok: decorated-field
  @Output() other: string;
}
