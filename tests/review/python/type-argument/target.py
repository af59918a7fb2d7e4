# ruleid: type-argument
a: List[int] = []
# ok: type-argument
b: Dict[int, int] = {}
