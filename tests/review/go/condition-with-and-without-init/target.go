package a

func f() error {
	err := run()
	// ruleid: condition-with-and-without-init
	if err != nil {
		return err
	}
	// ruleid: condition-with-and-without-init
	if again := run(); again != nil {
		return again
	}
	// ok: condition-with-and-without-init
	if err == nil {
		return nil
	}
	return nil
}
