Console.WriteLine("PrivateConnect hub");
