// Goroutines that compute in three functions, measured by their threads' CPU clocks, among others that allocate, collect
// garbage, wake each other and read the time.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

const clockThreadCPU = 3

var (
	stop  int32
	spent [3]int64
	sink  uint64
	kept  []map[int]string
)

func threadCPU() int64 {
	var now syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockThreadCPU, uintptr(unsafe.Pointer(&now)), 0)
	return now.Nano()
}

func mix(rounds int, state uint64) uint64 {
	for i := 0; i < rounds; i++ {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
	}
	return state
}

//go:noinline
func heavy_work(state uint64) uint64 { return mix(600_000, state) + 1 }

//go:noinline
func medium_work(state uint64) uint64 { return mix(300_000, state) + 2 }

//go:noinline
func light_work(state uint64) uint64 { return mix(100_000, state) + 3 }

//go:noinline
func measured(at int, work func(uint64) uint64, state uint64) uint64 {
	start := threadCPU()
	state = work(state)
	atomic.AddInt64(&spent[at], threadCPU()-start)
	return state
}

func compute(done *sync.WaitGroup) {
	defer done.Done()
	runtime.LockOSThread()
	state := uint64(7)
	for atomic.LoadInt32(&stop) == 0 {
		state = measured(0, heavy_work, state)
		state = measured(1, medium_work, state)
		state = measured(2, light_work, state)
	}
	atomic.AddUint64(&sink, state)
}

// Keeps the collector busy: maps of strings that soon are garbage.
func allocate(done *sync.WaitGroup) {
	defer done.Done()
	for atomic.LoadInt32(&stop) == 0 {
		words := make(map[int]string)
		for i := 0; i < 2000; i++ {
			words[i] = fmt.Sprintf("word %d of %d", i, time.Now().UnixNano())
		}
		kept = append(kept[:len(kept)%8], words)
		keys := make([]int, 0, len(words))
		for key := range words {
			keys = append(keys, key)
		}
		sort.Slice(keys, func(a, b int) bool { return words[keys[a]] < words[keys[b]] })
	}
}

// Keeps the scheduler busy: a ring of goroutines that pass a number on.
func pass(members int, done *sync.WaitGroup) {
	defer done.Done()
	first := make(chan int)
	from := first
	for i := 0; i < members; i++ {
		to := make(chan int)
		go func(from, to chan int) {
			for number := range from {
				to <- number + 1
			}
			close(to)
		}(from, to)
		from = to
	}
	for atomic.LoadInt32(&stop) == 0 {
		first <- 1
		<-from
	}
	close(first)
	<-from
}

func main() {
	var done sync.WaitGroup
	done.Add(3)
	go compute(&done)
	go allocate(&done)
	go pass(100, &done)
	fmt.Println("ready")
	for {
		if _, err := os.Stat(os.Args[1]); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	atomic.StoreInt32(&stop, 1)
	done.Wait()
	all := float64(spent[0] + spent[1] + spent[2])
	fmt.Printf("{\"heavy_work\": %.6f, \"medium_work\": %.6f, \"light_work\": %.6f}\n",
		float64(spent[0])/all, float64(spent[1])/all, float64(spent[2])/all)
}
