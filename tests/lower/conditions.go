package p

func both(m map[string]string, key string) string {
	if value, ok := m[key]; ok && value != "" {
		return value
	} else if !ok {
		return key
	}
	return ""
}
