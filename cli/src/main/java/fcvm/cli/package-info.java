/// The command line.
package fcvm.cli;
