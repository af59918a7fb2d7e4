// ruleid: package-clause
package harbour

func f() {}
