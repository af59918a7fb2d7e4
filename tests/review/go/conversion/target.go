package a

func f(text string) {
	// ruleid: conversion
	use([]byte(text))
	// ok: conversion
	use([]rune(text))
	// ok: conversion
	use([]byte{1})
}
