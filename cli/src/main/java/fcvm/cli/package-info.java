/// The command line.
///
/// Start with [fcvm.cli.Main], which makes an [fcvm.cli.Invocation] of the process's arguments and
/// streams and gives it to [fcvm.cli.Commands], the table of all commands: one line there, one
/// class that implements [fcvm.cli.Command], one golden help text in the tests.
///
/// Arguments are bytes on Linux. Here they travel as text in ISO 8859-1, one character per byte
/// (see [fcvm.cli.Raw]), so that parsing needs no knowledge of them and loses nothing.
///
/// Everything of ours goes to standard error; standard output is the command's result or the
/// container's own bytes.
package fcvm.cli;
