/// The guest's side of the emulated machine.
///
/// Start with [fcvm.agent.machine.MachineAgent]: it mounts what the computer shares and serves the
/// exec protocol on virtio-serial ports. A `SerialPort` is the device as streams; `Port` serves one
/// after it was opened by a process on the computer; `PortInput` cuts its bytes into sessions, each
/// of which begins with a [fcvm.agent.protocol.Hello]. `IdleWatch` says when the machine may go.
package fcvm.agent.machine;
