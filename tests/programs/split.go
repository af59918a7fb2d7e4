// Goroutines that share two functions' work, one of them called through an interface.
package main

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

const threadCPU = 3 // CLOCK_THREAD_CPUTIME_ID

var spent [2]uint64

func cpu() uint64 {
	var now syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadCPU, uintptr(unsafe.Pointer(&now)), 0)
	return uint64(now.Nano())
}

type worker interface{ run(rounds, seed uint64) uint64 }

type heavy struct{}
type light struct{}

//go:noinline
func heavyWork(rounds, seed uint64) uint64 {
	for i := uint64(0); i < rounds; i++ {
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
	}
	return seed
}

//go:noinline
func lightWork(rounds, seed uint64) uint64 {
	for i := uint64(0); i < rounds; i++ {
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
	}
	return seed
}

//go:noinline
func (heavy) run(rounds, seed uint64) uint64 { return heavyWork(rounds, seed) + 1 }

//go:noinline
func (light) run(rounds, seed uint64) uint64 { return lightWork(rounds, seed) + 1 }

//go:noinline
func measured(kind int, work worker, rounds, seed uint64) uint64 {
	// Pieces shorter than the scheduler's slice: a goroutine that moved to another thread reads another clock.
	tid, start := syscall.Gettid(), cpu()
	seed = work.run(rounds, seed)
	if took := cpu() - start; syscall.Gettid() == tid {
		atomic.AddUint64(&spent[kind], took)
	}
	return seed
}

func work(stop string, seed uint64) uint64 {
	for {
		if _, err := os.Stat(stop); err == nil {
			return seed
		}
		for i := 0; i < 10; i++ {
			seed = measured(0, heavy{}, 700000, seed)
			seed = measured(1, light{}, 300000, seed)
		}
	}
}

func main() {
	fmt.Println("ready")
	var all sync.WaitGroup
	for i := uint64(1); i <= 4; i++ {
		all.Add(1)
		go func(seed uint64) {
			defer all.Done()
			work(os.Args[1], seed)
		}(i)
	}
	all.Wait()
	sum := float64(spent[0] + spent[1])
	fmt.Printf("{\"main.heavyWork\": %.6f, \"main.lightWork\": %.6f}\n", float64(spent[0])/sum, float64(spent[1])/sum)
}
