/// The emulated machine.
package fcvm.machine;
