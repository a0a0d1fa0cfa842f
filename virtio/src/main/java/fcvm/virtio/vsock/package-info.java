/// The socket device (virtio 1.3, section 5.10): stream sockets between programs of the host and of
/// the guest, without a network.
///
/// Start with [fcvm.virtio.vsock.Vsock]. On the host every connection is a Unix socket, with the
/// protocol of Firecracker: a client connects to the device's socket file and writes `CONNECT
/// <port>\n`; when a program in the guest accepts, it reads `OK <host port>\n` and is connected. A
/// guest that connects to port P of the host reaches whoever listens on the file `<socket file>_P`.
///
/// [fcvm.virtio.vsock.ActiveVsock] moves packets between queues and connections,
/// [fcvm.virtio.vsock.VsockConnection] is the state of one of them, with its credit in both
/// directions: a side that does not read stops the other side, and costs at most one buffer.
package fcvm.virtio.vsock;
