/// KVM's four ioctl classes.
package fcvm.kvm;
