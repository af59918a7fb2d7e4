package a

// ruleid: import-then-call
import "os/exec"

func f(name string) {
	exec.Command(name, "-v")
}
