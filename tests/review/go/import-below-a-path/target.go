package a

// ruleid: import-below-a-path
import "example.org/kit"

// ruleid: import-below-a-path
import tools "example.org/kit/tools"

// ok: import-below-a-path
import "example.org/kitchen"
