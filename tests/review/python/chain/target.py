# ruleid: chain
q.filter(1).all()
# ruleid: chain
q.filter(1).order(2).limit(3).all()
# ok: chain
q.order(1).all()
# ok: chain
q.filter(1).first()
