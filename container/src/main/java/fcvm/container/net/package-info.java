/// The network of a VM, on the host's side. Start with [fcvm.container.net.VmNetwork]: what a run
/// opens and closes. [fcvm.container.net.NetworkOptions] says what is wanted;
/// [fcvm.container.net.RootlessNetwork] and [fcvm.container.net.BridgedNetwork] are the two ways.
package fcvm.container.net;
