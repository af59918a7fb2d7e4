package p

func read(path string) (data []byte, err error) {
	if path == "" {
		return nil, errors.New("empty")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lock.Lock()
	defer func() {
		lock.Unlock()
	}()
	data, err = io.ReadAll(file)
	return
}
