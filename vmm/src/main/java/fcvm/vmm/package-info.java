/// A microVM.
package fcvm.vmm;
