package a

func f() {
	// ruleid: fields-of-a-literal-in-any-order
	use(Server{Host: "localhost", Name: "a", Port: 80})
	// ruleid: fields-of-a-literal-in-any-order
	use(&Server{Port: 81, Host: "localhost"})
	// ok: fields-of-a-literal-in-any-order
	use(Server{Port: 82, Host: "example.org"})
	// ok: fields-of-a-literal-in-any-order
	use(Client{Port: 83, Host: "localhost"})
}
