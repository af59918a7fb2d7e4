package a

const all = "select *"

func f(from string) {
	where := " from " + "t"
	// ruleid: constant-text
	query(all)
	// ruleid: constant-text
	query(all + where)
	// ruleid: constant-text
	query(`raw text`)
	// ok: constant-text
	query(all + from)
}
