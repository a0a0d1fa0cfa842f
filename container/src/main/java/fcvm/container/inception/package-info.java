/// fcvm inside fcvm: [fcvm.container.inception.Inception] runs one level, and asks itself in the
/// guest for the levels below. [fcvm.container.inception.Level] is what one level says of itself.
@org.jspecify.annotations.NullMarked
package fcvm.container.inception;
