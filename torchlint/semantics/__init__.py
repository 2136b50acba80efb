"""What the code means: names, values, sizes, the interpreter, and the model of `nn.Module`."""
