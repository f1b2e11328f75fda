// Package processtest tests the built program from outside: it starts it as a process, speaks to it as people and
// machines do, kills it at named moments, and judges what became of it by what AWS holds. It has nothing but tests,
// and the program nothing that helps them: AWS is simulated in the test's own process, so that the test sees every
// call arrive and can kill the caller before or after it is answered.
package processtest
