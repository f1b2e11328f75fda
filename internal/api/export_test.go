package api

import (
	"slices"
	"strconv"
)

// MayCall says whether the table lets somebody with these relations call an operation; ok is false without a row.
// The names are those of relationNames.
func MayCall(operation string, relations []string) (may, ok bool) {
	r, ok := rules[operation]
	for _, n := range relationNames {
		if r.may&n.relation != 0 && slices.Contains(relations, n.name) {
			may = true
		}
	}
	return may, ok
}

// Operations of the table.
func Operations() []string {
	var ids []string
	for id := range rules {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// OfRequest says whether an operation is about one request or elevation.
func OfRequest(operation string) bool { return rules[operation].may&(requester|decider) != 0 }

// OfMachine says whether an operation is about one token or machine client.
func OfMachine(operation string) bool { return rules[operation].may&owner != 0 }

// Needs is the scope that the table asks of a token for an operation; "" for everybody, and for any token.
func Needs(operation string) string {
	if n := rules[operation].needs; n != anyScope {
		return string(n)
	}
	return ""
}

// NeedsRole says whether the table lets only those call an operation who are something to TEAM itself.
func NeedsRole(operation string) bool {
	return rules[operation].may&(public|anyone|people|ofRequest) == 0
}

// NeedsPerson says whether the table asks people to be signed in for an operation.
func NeedsPerson(operation string) bool { return rules[operation].person }

// AtOnce says whether the table has AWS asked at once what the caller is.
func AtOnce(operation string) bool { return rules[operation].atOnce }

// Ends says whether the table lets an operation go on while AWS cannot be asked what the caller is.
func Ends(operation string) bool { return rules[operation].ends }

// ProblemCodes of the table.
func ProblemCodes() []string {
	var all []string
	for _, k := range problemKinds {
		all = append(all, k.code)
	}
	return all
}

// ProblemKinds are the rows of the table: code, status, meaning and remedy.
func ProblemKinds() [][4]string {
	var rows [][4]string
	for _, k := range problemKinds {
		rows = append(rows, [4]string{k.code, strconv.Itoa(k.status), k.means, k.remedy})
	}
	return rows
}

// CodesOfStatuses are the codes of what goes wrong before a use case is reached.
func CodesOfStatuses() []string {
	var all []string
	for _, code := range codes {
		all = append(all, code)
	}
	return all
}

// SameRule says whether two rows of the table are the same.
func SameRule(one, other string) bool { return rules[one] == rules[other] }
